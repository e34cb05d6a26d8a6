// A message on its way into an mbox, piece by piece: LF line ends, and every line that begins with `From `, or with `>`s and
// then `From `, gets one more `>`, so that who reads it takes one away again (mboxrd). Fields in which mailboxes keep their
// own books (UIDs, flags, lengths) are left out of the header: a stranger's would be taken for ours.

import { unreachable } from '#base/unreachable.ts';
import { bookkeepingFieldAt, FIELD_LOOKAHEAD_BYTES } from './bookkeeping-fields.ts';
import { FROM } from './from-line.ts';

const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;
const GREATER = 62;
const EMPTY: Buffer = Buffer.alloc(0);
const LINE_END = Buffer.from('\n');

export interface MboxEncoding {
  /** CRLF stays CRLF: for messages whose line ends are mixed. */
  readonly keepsLineEnds: boolean;
}

type Place = 'line-start' | 'behind-quotes' | 'in-line' | 'in-left-out-line';

export class MboxEncoder {
  readonly #keepsLineEnds: boolean;
  #inHeader = true;
  #leavesOut = false;
  #place: Place = 'line-start';
  #endsLine = true;
  #input = EMPTY;
  #at = 0;
  #output = EMPTY;
  #to = 0;

  constructor(encoding: MboxEncoding = { keepsLineEnds: false }) {
    this.#keepsLineEnds = encoding.keepsLineEnds;
  }

  /** The octets to write for this piece; the last few may come with the next one. */
  encode(piece: Buffer): Buffer {
    return this.#run(piece, false);
  }

  /** What is left, ending with a line end. */
  end(): Buffer {
    const rest = this.#run(EMPTY, true);
    return this.#endsLine ? rest : Buffer.concat([rest, LINE_END]);
  }

  #run(piece: Buffer, isLast: boolean): Buffer {
    const held = this.#input.subarray(this.#at);
    this.#input = held.length === 0 ? piece : Buffer.concat([held, piece]);
    this.#at = 0;
    // `From ` is five octets and becomes six.
    this.#output = Buffer.allocUnsafe(this.#input.length + Math.ceil(this.#input.length / FROM.length));
    this.#to = 0;
    while (this.#at < this.#input.length && this.#step(isLast));
    // The caller may use the piece's memory again.
    this.#input = Buffer.from(this.#input.subarray(this.#at));
    this.#at = 0;
    return this.#output.subarray(0, this.#to);
  }

  /** False when more octets must come first. */
  #step(isLast: boolean): boolean {
    switch (this.#place) {
      case 'line-start':
        if (!this.#canTell(isLast)) return false;
        this.#beginLine();
        return true;
      case 'behind-quotes':
        return this.#quote(isLast);
      case 'in-line':
        return this.#copyLine(isLast);
      case 'in-left-out-line':
        this.#passLine();
        return true;
      default:
        return unreachable(this.#place);
    }
  }

  /** Decides whether this line of the header is left out; a body's never is. */
  #beginLine(): void {
    this.#place = 'behind-quotes';
    if (!this.#inHeader) return;
    const first = this.#input[this.#at];
    if (first === LF || (first === CR && this.#input[this.#at + 1] === LF)) {
      this.#inHeader = false;
      return;
    }
    if (first !== SPACE && first !== TAB) {
      this.#leavesOut = bookkeepingFieldAt(this.#input, this.#at, this.#input.length) !== undefined;
    }
    if (this.#leavesOut) this.#place = 'in-left-out-line';
  }

  #quote(isLast: boolean): boolean {
    while (this.#input[this.#at] === GREATER) {
      this.#put(GREATER);
      this.#at++;
      this.#endsLine = false;
    }
    if (this.#at === this.#input.length) return true;
    if (!this.#canTell(isLast)) return false;
    if (startsWith(this.#input, this.#at, FROM)) this.#put(GREATER);
    this.#place = 'in-line';
    return true;
  }

  #copyLine(isLast: boolean): boolean {
    const { length } = this.#input;
    const lineFeed = this.#input.indexOf(LF, this.#at);
    if (lineFeed < 0) {
      // A CR at the end may belong to the next piece's LF.
      const end = !isLast && this.#input[length - 1] === CR ? length - 1 : length;
      this.#endsLine &&= end === this.#at;
      this.#copyUntil(end);
      return false;
    }
    const isCrlf = lineFeed > this.#at && this.#input[lineFeed - 1] === CR;
    this.#copyUntil(isCrlf && !this.#keepsLineEnds ? lineFeed - 1 : lineFeed);
    this.#put(LF);
    this.#at = lineFeed + 1;
    this.#place = 'line-start';
    this.#endsLine = true;
    return true;
  }

  #passLine(): void {
    const lineFeed = this.#input.indexOf(LF, this.#at);
    this.#at = lineFeed < 0 ? this.#input.length : lineFeed + 1;
    if (lineFeed >= 0) this.#place = 'line-start';
  }

  #canTell(isLast: boolean): boolean {
    if (isLast || this.#input.length - this.#at >= FIELD_LOOKAHEAD_BYTES) return true;
    return this.#input.indexOf(LF, this.#at) >= 0;
  }

  #copyUntil(end: number): void {
    this.#to += this.#input.copy(this.#output, this.#to, this.#at, end);
    this.#at = end;
  }

  #put(octet: number): void {
    this.#output[this.#to++] = octet;
  }
}

function startsWith(input: Buffer, at: number, word: Buffer): boolean {
  return at + word.length <= input.length && input.compare(word, 0, word.length, at, at + word.length) === 0;
}
