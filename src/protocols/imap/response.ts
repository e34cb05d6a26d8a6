// Status responses and their codes: `tag OK [CODE] text`, `* BYE text`. RFC 3501 §7.1, RFC 5530 (codes for failures),
// RFC 4315 (APPENDUID, COPYUID), RFC 7162 §3.1 (HIGHESTMODSEQ, MODIFIED), RFC 7889 (TOOBIG).

import type { Interval } from '#base/intervals.ts';
import { unreachable } from '#base/unreachable.ts';

export type Status = 'OK' | 'NO' | 'BAD';
export type UntaggedStatus = Status | 'PREAUTH' | 'BYE';

/** Codes without arguments. */
export type SimpleCode =
  | 'ALERT'
  | 'ALREADYEXISTS'
  | 'AUTHENTICATIONFAILED'
  | 'AUTHORIZATIONFAILED'
  | 'CANNOT'
  | 'CLIENTBUG'
  | 'CLOSED'
  | 'CONTACTADMIN'
  | 'CORRUPTION'
  | 'EXPIRED'
  | 'EXPUNGEISSUED'
  | 'HASCHILDREN'
  | 'INUSE'
  | 'LIMIT'
  | 'NOMODSEQ'
  | 'NONEXISTENT'
  | 'NOPERM'
  | 'OVERQUOTA'
  | 'PARSE'
  | 'PRIVACYREQUIRED'
  | 'READ-ONLY'
  | 'READ-WRITE'
  | 'SERVERBUG'
  | 'TOOBIG'
  | 'TRYCREATE'
  | 'UIDNOTSTICKY'
  | 'UNAVAILABLE'
  | 'USEATTR';

export type ResponseCode =
  | SimpleCode
  | { readonly kind: 'uidvalidity' | 'uidnext' | 'unseen' | 'highestmodseq'; readonly value: number }
  | { readonly kind: 'capability'; readonly capabilities: readonly string[] }
  /** `\*` among them: new keywords may be made. */
  | { readonly kind: 'permanentflags'; readonly flags: readonly string[] }
  | { readonly kind: 'badcharset'; readonly charsets: readonly string[] }
  | { readonly kind: 'appenduid'; readonly uidValidity: number; readonly uids: readonly Interval[] }
  /** The n-th number of `sources` went to the n-th of `targets`: see `runsOf`. */
  | {
      readonly kind: 'copyuid';
      readonly uidValidity: number;
      readonly sources: readonly Interval[];
      readonly targets: readonly Interval[];
    }
  /** Message numbers, or UIDs for UID STORE. */
  | { readonly kind: 'modified'; readonly set: readonly Interval[] };

/** `tag OK [CODE] text` CRLF. */
export function formatTagged(tag: string, status: Status, code: ResponseCode | undefined, text: string): string {
  return `${tag} ${status} ${formatBracketed(code)}${formatText(text)}\r\n`;
}

/** `* OK [CODE] text` CRLF. */
export function formatUntagged(status: UntaggedStatus, code: ResponseCode | undefined, text: string): string {
  return `* ${status} ${formatBracketed(code)}${formatText(text)}\r\n`;
}

/** `+ text` CRLF: for a literal, for IDLE, or with base64 for AUTHENTICATE (where it may be empty). */
export function formatContinuation(text: string): string {
  return `+ ${formatText(text)}\r\n`;
}

/** `1:4,7`. */
export function formatRuns(runs: readonly Interval[]): string {
  let text = '';
  for (const { first, last } of runs) {
    text += `${text === '' ? '' : ','}${first === last ? first : `${first}:${last}`}`;
  }
  return text;
}

function formatBracketed(code: ResponseCode | undefined): string {
  return code === undefined ? '' : `[${formatCode(code)}] `;
}

function formatCode(code: ResponseCode): string {
  if (typeof code === 'string') return code;
  switch (code.kind) {
    case 'uidvalidity':
    case 'uidnext':
    case 'unseen':
    case 'highestmodseq':
      return `${code.kind.toUpperCase()} ${code.value}`;
    case 'capability':
      return `CAPABILITY ${code.capabilities.join(' ')}`;
    case 'permanentflags':
      return `PERMANENTFLAGS (${code.flags.join(' ')})`;
    case 'badcharset':
      return `BADCHARSET (${code.charsets.join(' ')})`;
    case 'appenduid':
      return `APPENDUID ${code.uidValidity} ${formatRuns(code.uids)}`;
    case 'copyuid':
      return `COPYUID ${code.uidValidity} ${formatRuns(code.sources)} ${formatRuns(code.targets)}`;
    case 'modified':
      return `MODIFIED ${formatRuns(code.set)}`;
    default:
      return unreachable(code);
  }
}

/** What a client wrote may be repeated in a text: it must not end the line, and TEXT-CHAR is ASCII. */
function formatText(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, '?');
}
