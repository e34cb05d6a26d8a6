// One message of the open folder: where it stands in the scratch file, and what the user has done with it so far. Nothing of it
// reaches the mailbox before the folder is left.

import { decodeEncodedWords } from '#protocols/message/encoded-word.ts';
import { fieldTexts, type HeaderBlock, parseHeaderFields } from '#protocols/message/header-fields.ts';
import { bareAddresses } from './address-words.ts';
import { headerEnd, LONGEST_HEADER_BYTES } from './message-header.ts';
import type { OctetRange, ScratchFile } from './scratch-file.ts';

/** What a folder knows of a message: its octets in an mbox's form, From_ line and parting empty line included. */
export interface StoredMessage extends OctetRange {
  readonly wasRead: boolean;
  /** A mail program has shown it in a list before. */
  readonly wasOld: boolean;
}

/** What becomes of it when the folder is left; `undecided`: that depends on whether it was read. */
export type Fate = 'undecided' | 'deleted' | 'saved' | 'preserved' | 'mbox';

const LF = 10;

export class ListedMessage {
  readonly stored: StoredMessage;
  readonly #scratch: ScratchFile;
  #range: OctetRange;
  #header: HeaderBlock | undefined;
  #fromLine: string | undefined;
  #lineCount: number | undefined;
  fate: Fate = 'undecided';
  isRead: boolean;
  isNew: boolean;
  isTouched = false;
  isStatusChanged = false;
  isEdited = false;

  constructor(stored: StoredMessage, scratch: ScratchFile) {
    this.stored = stored;
    this.#scratch = scratch;
    this.#range = stored;
    this.isRead = stored.wasRead;
    this.isNew = !stored.wasOld;
  }

  get isDeleted(): boolean {
    return this.fate === 'deleted';
  }

  get range(): OctetRange {
    return this.#range;
  }

  get sizeBytes(): number {
    return this.#range.end - this.#range.start;
  }

  /** As bsd-mailx counts them: with the From_ line, and the empty line behind the message. */
  get lineCount(): number {
    if (this.#lineCount === undefined) {
      let count = 0;
      for (const piece of this.#scratch.pieces(this.#range)) {
        for (let at = piece.indexOf(LF); at >= 0; at = piece.indexOf(LF, at + 1)) count++;
      }
      this.#lineCount = count;
    }
    return this.#lineCount;
  }

  /** The first line, without its end. */
  get fromLine(): string {
    this.#readHeader();
    return this.#fromLine ?? '';
  }

  /** Behind the From_ line, up to the empty line. */
  get header(): HeaderBlock {
    return this.#header ?? this.#readHeader();
  }

  get headerRange(): OctetRange {
    const start = this.#range.start + Buffer.byteLength(this.fromLine, 'latin1') + 1;
    return { start, end: start + this.header.octets.length };
  }

  /** `R`, `O`, `RO` or ``. */
  get status(): string {
    return `${this.isRead ? 'R' : ''}${this.isNew ? '' : 'O'}`;
  }

  /** All fields of that name, encoded words decoded. */
  field(name: string): string | undefined {
    const texts = fieldTexts(this.header, name);
    return texts.length === 0 ? undefined : decodeEncodedWords(texts.join(' '));
  }

  subject(): string {
    return this.field('subject') ?? this.field('subj') ?? '';
  }

  /** As the list shows it. */
  sender(): string {
    const [text] = [...fieldTexts(this.header, 'from'), ...fieldTexts(this.header, 'sender')];
    return text === undefined ? this.envelopeSender() : bareAddresses(text) || text;
  }

  envelopeSender(): string {
    return this.fromLine.split(/ +/)[1] ?? '';
  }

  touch(): void {
    this.isTouched = true;
    if (!this.isRead) this.isStatusChanged = true;
    this.isRead = true;
  }

  /** An editor gave it other octets. */
  replace(range: OctetRange): void {
    this.#range = range;
    this.#header = undefined;
    this.#fromLine = undefined;
    this.#lineCount = undefined;
    this.isEdited = true;
  }

  #readHeader(): HeaderBlock {
    const { start, end } = this.#range;
    const top = this.#scratch.read({ start, end: Math.min(end, start + LONGEST_HEADER_BYTES) });
    const lineFeed = top.indexOf(LF);
    const headerStart = lineFeed < 0 ? top.length : lineFeed + 1;
    this.#fromLine = top.toString('latin1', 0, lineFeed < 0 ? top.length : lineFeed);
    const rest = top.subarray(headerStart);
    this.#header = parseHeaderFields(Buffer.from(rest.subarray(0, headerEnd(rest))));
    return this.#header;
  }
}
