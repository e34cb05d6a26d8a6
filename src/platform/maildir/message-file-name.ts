// Names of message files: `<seconds>.M<microseconds>P<pid>.<host>,S=<size>,W=<size with CRLF>:2,<flags>`. What stands
// before the colon, the base name, never changes; Dovecot finds the message by it. Flags are letters in ASCII order: D F P R S
// T, then a to z for the keywords of `dovecot-keywords`. Letters unknown to us are kept.

import {
  ANSWERED,
  DELETED,
  DRAFT,
  FIRST_KEYWORD_BIT,
  FLAGGED,
  KEYWORDS_PER_MAILBOX,
  SEEN,
} from '#mail/mailboxes/flags.ts';

const LETTERS: readonly (readonly [letter: string, bit: number])[] = [
  ['D', DRAFT],
  ['F', FLAGGED],
  ['R', ANSWERED],
  ['S', SEEN],
  ['T', DELETED],
];
/** In ASCII order. */
const BIT_OF = new Map([
  ...LETTERS,
  ...Array.from({ length: KEYWORDS_PER_MAILBOX }, (_, k) => [keywordLetter(k), 1 << (FIRST_KEYWORD_BIT + k)] as const),
]);
const INFO = ':2,';

export function baseNameOf(fileName: string): string {
  const colon = fileName.indexOf(':');
  return colon < 0 ? fileName : fileName.slice(0, colon);
}

/** Of `cur/…` or `new/…`. */
export function baseNameOfFile(file: string): string {
  return baseNameOf(file.slice(file.indexOf('/') + 1));
}

export function flagsOfFileName(fileName: string): number {
  const start = fileName.indexOf(INFO);
  if (start < 0) return 0;
  let flags = 0;
  for (let i = start + INFO.length; i < fileName.length; i++) flags |= BIT_OF.get(fileName.charAt(i)) ?? 0;
  return flags >>> 0;
}

/** The same file with these flags; letters that mean nothing to us stay. */
export function withFlags(fileName: string, flags: number): string {
  const start = fileName.indexOf(INFO);
  const others = start < 0 ? [] : [...fileName.slice(start + INFO.length)].filter((letter) => !BIT_OF.has(letter));
  let letters = '';
  for (const [letter, bit] of BIT_OF) if ((flags & bit) !== 0) letters += letter;
  if (others.length > 0) letters = [...new Set([...letters, ...others])].sort().join('');
  return `${baseNameOf(fileName)}${INFO}${letters}`;
}

/** `S=` is the file's size, `W=` its size with CRLF line ends: equal where the file has them. */
export function sizesOfFileName(fileName: string): { fileBytes: number | undefined; wireBytes: number | undefined } {
  const base = baseNameOf(fileName);
  return { fileBytes: numberAfter(base, ',S='), wireBytes: numberAfter(base, ',W=') };
}

/** Microseconds since 1970 of the delivery; 0 where the name says none. */
export function deliveryMicrosOf(fileName: string): number {
  const [, seconds, micros] = /^(\d{1,10})(?:\.M(\d{1,6})P)?/.exec(fileName) ?? [];
  return Number(seconds ?? 0) * 1_000_000 + Number(micros ?? 0);
}

/** Gives base names that this process gave never before: the microseconds only rise. */
export class BaseNames {
  readonly #host: string;
  readonly #processId: number;
  #lastMicros = 0;

  constructor(host: string, processId: number) {
    this.#host = host.replaceAll('/', '\\057').replaceAll(':', '\\072').replaceAll(',', '\\054');
    this.#processId = processId;
  }

  next(nowMs: number): string {
    this.#lastMicros = Math.max(this.#lastMicros + 1, Math.floor(nowMs * 1000));
    const seconds = Math.floor(this.#lastMicros / 1_000_000);
    return `${seconds}.M${this.#lastMicros % 1_000_000}P${this.#processId}.${this.#host}`;
  }
}

function keywordLetter(k: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + k);
}

function numberAfter(base: string, mark: string): number | undefined {
  const start = base.indexOf(mark);
  if (start < 0) return undefined;
  const digits = /^\d{1,15}(?=,|$)/.exec(base.slice(start + mark.length));
  return digits === null ? undefined : Number(digits[0]);
}
