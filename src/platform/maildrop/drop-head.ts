// The first line of a file in the maildrop folder: what the `sendmail` command was asked for, as JSON. It is written by
// any user of the machine, and read as a stranger's.

import { err, ok, type Result } from '#base/result.ts';

export const NOTIFY_WORDS = ['NEVER', 'SUCCESS', 'FAILURE', 'DELAY'] as const;
export type NotifyWord = (typeof NOTIFY_WORDS)[number];

export interface DropHead {
  /** The login name of the writer; believed only where it is the name of the file's owner. */
  readonly user: string;
  /** `-f`; `` is the null sender, `undefined` the user. */
  readonly sender: string | undefined;
  /** `-F`. */
  readonly fullName: string | undefined;
  readonly recipients: readonly string[];
  /** `-N`, for all recipients. */
  readonly notify: readonly NotifyWord[] | undefined;
  /** `-R`. */
  readonly ret: 'FULL' | 'HDRS' | undefined;
  /** `-V`. */
  readonly envid: string | undefined;
}

/** Of the line, its end included. */
export const LONGEST_HEAD_BYTES = 1024 * 1024;
const VERSION = 1;
const LONGEST_TEXT = 1_000;
const MOST_RECIPIENTS = 10_000;
/** RFC 3461 §4.4. */
const LONGEST_ENVID = 100;

export function formatDropHead(head: DropHead): Buffer {
  return Buffer.from(`${JSON.stringify({ version: VERSION, ...head })}\n`);
}

/** `line` without its end; the error says what is wrong, for the log. */
export function parseDropHead(line: Buffer): Result<DropHead, string> {
  const fields = parseObject(line.toString('utf8'));
  if (fields === undefined) return err('its first line is no JSON object');
  if (fields['version'] !== VERSION) return err('its version is unknown');
  const { user, sender, fullName, recipients, notify, ret, envid } = fields;
  if (!isText(user)) return err('it names no user');
  if (!isOptional(sender, isText) || !isOptional(fullName, isText)) return err('its sender or full name is no text');
  if (!isListOf(recipients, isText, MOST_RECIPIENTS) || recipients.length === 0) return err('it has no recipients');
  if (!isOptional(notify, isNotifyList)) return err('its NOTIFY is unknown');
  if (ret !== undefined && ret !== 'FULL' && ret !== 'HDRS') return err('its RET is unknown');
  if (!isOptional(envid, isEnvid)) return err('its ENVID is none');
  return ok({ user, sender, fullName, recipients, notify, ret, envid });
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    // JSON.parse knows no other way to say no.
    return undefined;
  }
}

function isOptional<T>(value: unknown, is: (value: unknown) => value is T): value is T | undefined {
  return value === undefined || is(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_TEXT && !/[\x00-\x1f\x7f]/.test(value);
}

function isListOf<T>(value: unknown, is: (value: unknown) => value is T, most: number): value is readonly T[] {
  return Array.isArray(value) && value.length <= most && value.every(is);
}

function isNotifyWord(value: unknown): value is NotifyWord {
  return NOTIFY_WORDS.some((word) => word === value);
}

// NEVER stands alone. RFC 3461 §4.1.
function isNotifyList(value: unknown): value is readonly NotifyWord[] {
  if (!isListOf(value, isNotifyWord, NOTIFY_WORDS.length) || value.length === 0) return false;
  return value.length === 1 || !value.includes('NEVER');
}

function isEnvid(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_ENVID && /^[\x20-\x7e]+$/.test(value);
}
