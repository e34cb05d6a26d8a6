// Finds the messages of an mbox, piece by piece: where each begins and ends, what its header notes about it, and how large it
// is when it is sent. A few kilobytes are in memory, however long the file and its lines are.

import { type BookkeepingField, bookkeepingFieldAt } from './bookkeeping-fields.ts';
import { FROM, LONGEST_FROM_LINE_BYTES, parseFromLine } from './from-line.ts';
import { BookReader, type MessageBook } from './mbox-book.ts';

/** Offsets are the file's. */
export interface ScannedMessage {
  /** Of the From_ line. */
  readonly offset: number;
  /** Behind the From_ line. */
  readonly contentStart: number;
  /** Before the empty line that parts it from the next one. */
  readonly contentEnd: number;
  /** Of the next From_ line, or of the file. */
  readonly end: number;
  /** Fields that are not shown: start, end, start, end … */
  readonly hidden: readonly number[];
  readonly book: MessageBook;
  readonly internalDateMs: number;
  /** With CRLF, unquoted, without hidden fields. */
  readonly sizeBytes: number;
}

const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;
const GREATER = 62;
/** Behind it a line's beginning is known for what it is. */
const LONGEST_BEGINNING_BYTES = 4_096;
const LONGEST_VALUE_CHARS = 4_096;
/** The last field of ours, which has one line: what is indented behind it is the message's. */
const FORM_FIELD: BookkeepingField = 'x-valija-form';

interface OpenMessage {
  readonly offset: number;
  readonly contentStart: number;
  readonly internalDateMs: number;
  readonly book: BookReader;
  readonly hidden: number[];
  inHeader: boolean;
  hides: BookkeepingField | undefined;
  value: string;
  bytes: number;
  bareLineFeeds: number;
  quotes: number;
  endsWithEmptyLine: boolean;
}

export class MboxScanner {
  readonly #found: ScannedMessage[] = [];
  #message: OpenMessage | undefined;
  #at: number;
  #rest: Buffer = Buffer.alloc(0);
  #atLineStart = true;
  #lastOctet = LF;
  /** Octets before the first From_ line: this is no mbox, or a damaged one. */
  strayBytes = 0;

  constructor(offset: number) {
    this.#at = offset;
  }

  /** The messages that ended within it. */
  push(piece: Buffer): ScannedMessage[] {
    const input = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    let from = 0;
    for (let lineFeed = input.indexOf(LF); lineFeed >= 0; lineFeed = input.indexOf(LF, from)) {
      this.#take(input, from, lineFeed + 1);
      from = lineFeed + 1;
    }
    if (input.length - from > LONGEST_BEGINNING_BYTES) {
      // All but the last octet: it may be the CR of a CRLF.
      this.#take(input, from, input.length - 1);
      from = input.length - 1;
    }
    this.#rest = Buffer.from(input.subarray(from));
    return this.#found.splice(0);
  }

  end(): ScannedMessage[] {
    if (this.#rest.length > 0) this.#take(this.#rest, 0, this.#rest.length);
    this.#rest = Buffer.alloc(0);
    this.#finish(this.#at);
    return this.#found.splice(0);
  }

  /** A line, or a part of a long one. */
  #take(input: Buffer, start: number, end: number): void {
    const isStart = this.#atLineStart;
    const isFrom = isStart && startsWithFrom(input, start, end) && this.#begin(input, start, end);
    if (!isFrom) this.#continue(input, start, end, isStart);
    this.#at += end - start;
    this.#atLineStart = input[end - 1] === LF;
    this.#lastOctet = input[end - 1] ?? LF;
  }

  #begin(input: Buffer, start: number, end: number): boolean {
    if (end - start > LONGEST_FROM_LINE_BYTES) return false;
    const internalDateMs = parseFromLine(input.toString('latin1', start, end).trimEnd());
    if (internalDateMs === undefined) return false;
    this.#finish(this.#at);
    this.#message = {
      offset: this.#at,
      contentStart: this.#at + end - start,
      internalDateMs,
      book: new BookReader(),
      hidden: [],
      inHeader: true,
      hides: undefined,
      value: '',
      bytes: 0,
      bareLineFeeds: 0,
      quotes: 0,
      endsWithEmptyLine: false,
    };
    return true;
  }

  #continue(input: Buffer, start: number, end: number, isStart: boolean): void {
    const message = this.#message;
    if (message === undefined) {
      this.strayBytes += end - start;
      return;
    }
    const isEmpty =
      isStart && (end - start === 1 || (end - start === 2 && input[start] === CR)) && input[end - 1] === LF;
    if (message.inHeader && isStart) this.#beginHeaderLine(message, input, start, end, isEmpty);
    message.endsWithEmptyLine = isEmpty && end - start === 1;
    if (message.hides !== undefined) {
      this.#hide(message, input, start, end);
      return;
    }
    message.bytes += end - start;
    const before = end - start > 1 ? input[end - 2] : isStart ? LF : this.#lastOctet;
    if (input[end - 1] === LF && before !== CR) message.bareLineFeeds++;
    if (isStart && input[start] === GREATER && isQuoted(input, start, end)) message.quotes++;
  }

  #beginHeaderLine(message: OpenMessage, input: Buffer, start: number, end: number, isEmpty: boolean): void {
    const first = input[start];
    if (!isEmpty && (first === SPACE || first === TAB)) {
      const isTop = message.bytes === 0 && (message.hides === undefined || message.hides === FORM_FIELD);
      if (!isTop) return;
      this.#endHidden(message);
      message.book.form = { ...message.book.form, indented: true };
      return;
    }
    this.#endHidden(message);
    if (isEmpty) {
      message.inHeader = false;
      return;
    }
    message.hides = bookkeepingFieldAt(input, start, end);
  }

  #hide(message: OpenMessage, input: Buffer, start: number, end: number): void {
    const { hidden } = message;
    const offset = this.#at;
    if (hidden.at(-1) === offset) hidden[hidden.length - 1] = offset + end - start;
    else hidden.push(offset, offset + end - start);
    if (message.value.length < LONGEST_VALUE_CHARS) message.value += input.toString('utf8', start, end);
  }

  #endHidden(message: OpenMessage): void {
    if (message.hides !== undefined) {
      message.book.read(message.hides, message.value.slice(message.value.indexOf(':') + 1));
    }
    message.hides = undefined;
    message.value = '';
  }

  #finish(end: number): void {
    const message = this.#message;
    if (message === undefined) return;
    this.#endHidden(message);
    this.#message = undefined;
    const book = message.book.book();
    const separator = message.endsWithEmptyLine ? 1 : 0;
    const bytes = message.bytes - separator - (book.form.open ? 1 : 0);
    const lineEnds = book.form.verbatim ? 0 : message.bareLineFeeds - separator - (book.form.open ? 1 : 0);
    this.#found.push({
      offset: message.offset,
      contentStart: message.contentStart,
      contentEnd: end - separator,
      end,
      hidden: message.hidden,
      book,
      internalDateMs: message.internalDateMs,
      sizeBytes: Math.max(0, bytes + lineEnds - message.quotes),
    });
  }
}

function startsWithFrom(input: Buffer, start: number, end: number): boolean {
  return end - start >= FROM.length && input.compare(FROM, 0, FROM.length, start, start + FROM.length) === 0;
}

/** `1*">" "From "` */
function isQuoted(input: Buffer, start: number, end: number): boolean {
  let at = start;
  while (at < end && input[at] === GREATER) at++;
  return startsWithFrom(input, at, end);
}
