// Why a message could not be put into a mailbox, in Postfix's words and with its status codes (RFC 3463 §3.3, §3.4).

import { errnoOf } from '#platform/files/errno.ts';

export interface MailboxFault {
  /** Deferred: it may succeed later. Failed: it bounces. */
  readonly kind: 'deferred' | 'failed';
  readonly status: string;
  readonly text: string;
}

const BY_ERRNO: Readonly<Record<string, Omit<MailboxFault, 'text'>>> = {
  EFBIG: { kind: 'failed', status: '5.2.2' },
  EDQUOT: { kind: 'deferred', status: '4.2.2' },
  ENOSPC: { kind: 'deferred', status: '4.3.1' },
};

export function deferred(status: string, text: string): MailboxFault {
  return { kind: 'deferred', status, text };
}

export function failed(status: string, text: string): MailboxFault {
  return { kind: 'failed', status, text };
}

/** A failed system call: `cannot update mailbox /var/mail/usuario1: No space left on device`. */
export function faultOf(operation: string, cause: unknown): MailboxFault {
  const detail = cause instanceof Error ? cause.message : String(cause);
  const known = BY_ERRNO[errnoOf(cause) ?? ''] ?? { kind: 'deferred', status: '4.3.0' };
  return { ...known, text: `${operation}: ${detail}` };
}
