// What a mailbox notes about a message in the message's own header, in the fields of UW IMAP and Dovecot: `Status` and `X-Status`
// hold the flags, `X-Keywords` the keywords, `X-UID` the UID, and the first message's `X-IMAPbase` the mailbox's UIDVALIDITY and
// its last UID. We write them at the top of the header, padded, so that most changes find room where they stand; others may
// have written theirs anywhere. `X-Valija-Form` says what an mbox cannot: that line ends are kept as they came (`verbatim`), that
// the last line has no end (`open`), that the first begins with white space (`indented`).

import { unreachable } from '#base/unreachable.ts';
import { ANSWERED, DELETED, DRAFT, FLAGGED, SEEN, SYSTEM_FLAGS } from '#mail/mailboxes/flags.ts';
import type { BookkeepingField } from './bookkeeping-fields.ts';

export interface MailboxBase {
  readonly uidValidity: number;
  readonly lastUid: number;
  /** All that its messages have or had: Dovecot knows no others. */
  readonly keywords: readonly string[];
}

export interface MessageForm {
  readonly verbatim: boolean;
  readonly open: boolean;
  /** Its first line is indented, and goes on with no field of ours. */
  readonly indented: boolean;
}

export interface MessageBook {
  /** `undefined` where nobody numbered it. */
  readonly uid: number | undefined;
  readonly systemFlags: number;
  /** `O`: a mail program has seen that it is there. */
  readonly isOld: boolean;
  readonly keywords: readonly string[];
  /** Of the mailbox; believed only in its first message. */
  readonly base: MailboxBase | undefined;
  readonly form: MessageForm;
}

export const PLAIN_FORM: MessageForm = { verbatim: false, open: false, indented: false };

const STATUS_FLAGS: readonly (readonly [letter: string, flag: number])[] = [['R', SEEN]];
const X_STATUS_FLAGS: readonly (readonly [letter: string, flag: number])[] = [
  ['A', ANSWERED],
  ['F', FLAGGED],
  ['D', DELETED],
  ['T', DRAFT],
];
const FORM_WORDS = ['verbatim', 'open', 'indented'] as const;
/** They have 32 bits; one is left for the UIDNEXT behind it. */
export const MOST_UID = 0xffff_fffe;
/** Keywords grow into this room; one more step of it when they do not fit. */
const KEYWORD_ROOM_CHARS = 48;

/** Lines that end with LF; the same length for the same keywords, whatever the flags. Padded up to `leastBytes`. */
export function formatBook(book: MessageBook, leastBytes = 0): string {
  const text = formatLines(book, 0);
  const lacking = leastBytes - Buffer.byteLength(text);
  return lacking <= 0 ? text : formatLines(book, lacking);
}

function formatLines({ uid, systemFlags, isOld, keywords, base, form }: MessageBook, morePadding: number): string {
  const formWords = FORM_WORDS.filter((word) => form[word]);
  const lines = [
    ...(base === undefined ? [] : [`${formatBase(base)} ${padToRoom(base.keywords.join(' '))}`]),
    `X-UID: ${String(uid ?? 0).padEnd(10)}`,
    `Status: ${(letters(systemFlags, STATUS_FLAGS) + (isOld ? 'O' : '')).padEnd(2)}`,
    `X-Status: ${letters(systemFlags, X_STATUS_FLAGS).padEnd(X_STATUS_FLAGS.length)}`,
    `X-Keywords: ${padToRoom(keywords.join(' '))}${' '.repeat(morePadding)}`,
    ...(formWords.length === 0 ? [] : [`X-Valija-Form: ${formWords.join(' ')}`]),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** The numbers, as Dovecot writes them: ten digits, so that the last UID is changed in its place. */
export function formatBase({ uidValidity, lastUid }: Omit<MailboxBase, 'keywords'>): string {
  return `X-IMAPbase: ${String(uidValidity).padStart(10, '0')} ${String(lastUid).padStart(10, '0')}`;
}

/** Collects the fields of a header as they come. */
export class BookReader {
  uid: number | undefined;
  systemFlags = 0;
  isOld = false;
  keywords: readonly string[] = [];
  base: MailboxBase | undefined;
  form: MessageForm = PLAIN_FORM;

  read(name: BookkeepingField, value: string): void {
    switch (name) {
      case 'x-uid':
        this.uid = parseUid(value.trim());
        return;
      case 'status':
        this.systemFlags |= flagsOf(value, STATUS_FLAGS);
        this.isOld ||= value.includes('O');
        return;
      case 'x-status':
        this.systemFlags |= flagsOf(value, X_STATUS_FLAGS);
        return;
      case 'x-keywords':
        this.keywords = value.split(/[ \t\r\n]+/).filter((word) => word !== '');
        return;
      case 'x-imapbase':
      case 'x-imap':
        this.base = parseBase(value);
        return;
      case 'x-valija-form': {
        const words = value.trim().split(' ');
        this.form = {
          verbatim: words.includes('verbatim'),
          open: words.includes('open'),
          indented: words.includes('indented'),
        };
        return;
      }
      case 'content-length':
        // Hidden, and not believed.
        return;
      default:
        unreachable(name);
    }
  }

  book(): MessageBook {
    const { uid, isOld, keywords, base, form } = this;
    return { uid, systemFlags: this.systemFlags & SYSTEM_FLAGS, isOld, keywords, base, form };
  }
}

// X-IMAPbase = uid-validity SP last-uid *(SP keyword)
function parseBase(value: string): MailboxBase | undefined {
  const [validity = '', last = '', ...keywords] = value.trim().split(/[ \t\r\n]+/);
  const uidValidity = parseUid(validity);
  const lastUid = /^0{1,10}$/.test(last) ? 0 : parseUid(last);
  return uidValidity === undefined || lastUid === undefined ? undefined : { uidValidity, lastUid, keywords };
}

function parseUid(text: string): number | undefined {
  const number = /^[0-9]{1,10}$/.test(text) ? Number(text) : 0;
  return number > 0 && number <= MOST_UID ? number : undefined;
}

function letters(flags: number, table: typeof X_STATUS_FLAGS): string {
  return table.map(([letter, flag]) => ((flags & flag) === 0 ? '' : letter)).join('');
}

function flagsOf(value: string, table: typeof X_STATUS_FLAGS): number {
  return table.reduce((flags, [letter, flag]) => (value.includes(letter) ? flags | flag : flags), 0);
}

function padToRoom(text: string): string {
  const room = Math.max(1, Math.ceil(Buffer.byteLength(text) / KEYWORD_ROOM_CHARS)) * KEYWORD_ROOM_CHARS;
  return text + ' '.repeat(room - Buffer.byteLength(text));
}
