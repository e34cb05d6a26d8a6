// A message on its way out of an mbox, piece by piece: CRLF line ends, and one `>` less where `From ` was quoted. The opposite
// of `mbox-encoder.ts`.

import { FROM } from './from-line.ts';
import type { MessageForm } from './mbox-book.ts';

const LF = 10;
const CR = 13;
const GREATER = 62;
const QUOTE = Buffer.from('>');
const EMPTY: Buffer = Buffer.alloc(0);

export class MboxDecoder {
  readonly #form: MessageForm;
  #held = EMPTY;
  #atLineStart = true;
  #quotes = 0;
  #lastOctet = LF;
  /** The last line feed, until it is known that the message goes on. */
  #heldLineEnd = EMPTY;
  #pieces: Buffer[] = [];

  constructor(form: MessageForm) {
    this.#form = form;
  }

  decode(piece: Buffer): Buffer {
    return this.#run(piece, false);
  }

  end(): Buffer {
    return this.#run(EMPTY, true);
  }

  #run(piece: Buffer, isLast: boolean): Buffer {
    const input = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece]);
    let at = 0;
    while (at < input.length) {
      if (this.#atLineStart) {
        for (; input[at] === GREATER; at++) this.#quotes++;
        if (!isLast && input.length - at < FROM.length) break;
        const isFrom = input.compare(FROM, 0, FROM.length, at, Math.min(input.length, at + FROM.length)) === 0;
        if (this.#quotes > 0) this.#put(Buffer.alloc(isFrom ? this.#quotes - 1 : this.#quotes, QUOTE));
        this.#quotes = 0;
        this.#atLineStart = false;
      }
      const lineFeed = input.indexOf(LF, at);
      const end = lineFeed < 0 ? input.length : lineFeed;
      this.#put(input.subarray(at, end));
      at = end;
      if (lineFeed < 0) break;
      this.#endLine();
      at++;
    }
    this.#held = Buffer.from(input.subarray(at));
    if (isLast && this.#quotes > 0) this.#put(Buffer.alloc(this.#quotes, QUOTE));
    if (isLast && !this.#form.open) this.#put(EMPTY);
    const octets = Buffer.concat(this.#pieces);
    this.#pieces = [];
    return octets;
  }

  #endLine(): void {
    const isCrlf = this.#form.verbatim || this.#lastOctet === CR;
    this.#releaseLineEnd();
    this.#heldLineEnd = Buffer.from(isCrlf ? '\n' : '\r\n');
    this.#lastOctet = LF;
    this.#atLineStart = true;
  }

  #put(octets: Buffer): void {
    this.#releaseLineEnd();
    if (octets.length === 0) return;
    this.#pieces.push(octets);
    this.#lastOctet = octets.at(-1) ?? LF;
  }

  #releaseLineEnd(): void {
    if (this.#heldLineEnd.length > 0) this.#pieces.push(this.#heldLineEnd);
    this.#heldLineEnd = EMPTY;
  }
}
