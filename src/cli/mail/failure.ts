// What went wrong, as the user is told: a text of ours, and what fills its gaps.

import { getSystemErrorMessage } from 'node:util';
import type { MailKey } from '../texts/mail-en.ts';

export interface Remark {
  readonly key: MailKey;
  readonly values?: Readonly<Record<string, string | number>>;
}

/** Ends one command of the dialogue, or the program where there is no dialogue. */
export class MailFailure extends Error {
  readonly remark: Remark;

  constructor(key: MailKey, values: Readonly<Record<string, string | number>> = {}) {
    super(key);
    this.name = 'MailFailure';
    this.remark = { key, values };
  }
}

const SYSTEM_WORDS: Readonly<Record<string, MailKey>> = {
  ENOENT: 'mail.error-enoent',
  EACCES: 'mail.error-eacces',
  EPERM: 'mail.error-eperm',
  EISDIR: 'mail.error-eisdir',
  ENOTDIR: 'mail.error-enotdir',
  ENOSPC: 'mail.error-enospc',
  EROFS: 'mail.error-erofs',
  EEXIST: 'mail.error-eexist',
};

/** Why a system call failed; `undefined` for anything else than a system call. */
export function systemRemark(cause: unknown): Remark | undefined {
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') return undefined;
  const key = SYSTEM_WORDS[cause.code];
  if (key !== undefined) return { key };
  const errno = 'errno' in cause && typeof cause.errno === 'number' ? cause.errno : undefined;
  return {
    key: 'mail.error-other',
    values: { reason: errno === undefined ? cause.message : getSystemErrorMessage(errno) },
  };
}
