// The hash of a body in its canonical form, fed in pieces of any size. `relaxed`: runs of blanks are one, none stand at the
// end of a line; both: empty lines at the end do not count, and the last line has its end. RFC 6376 §3.4.3, §3.4.4, §3.7.

import { createHash } from 'node:crypto';
import type { Canonicalization } from './canonicalization.ts';
import { OddBlanks } from './odd-blanks.ts';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SP = 0x20;
const CRLF = Buffer.from('\r\n');

/** Of a body that comes in pieces, in the form that we sign. */
export async function hashRelaxedBody(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const hash = new BodyHash('relaxed');
  for await (const octets of pieces) hash.update(octets);
  return hash.digest();
}

/** Where the form of one piece is written before it is hashed; nothing stays here between two calls. */
const FORM = Buffer.allocUnsafeSlow(16_384);
/** There is room for what one octet can release besides line ends: a blank, a carriage return, itself. */
const FULL = FORM.length - 4;

export class BodyHash {
  readonly #hash = createHash('sha256');
  readonly #isRelaxed: boolean;
  #isEmpty = true;
  /** Line ends that count once something follows them. */
  #lineEnds = 0;
  /** Blanks that count, as one, once something follows them in their line. */
  #hasBlank = false;
  /** The last octet was a carriage return: the next one says whether a line ends. */
  #hasReturn = false;

  constructor(canonicalization: Canonicalization) {
    this.#isRelaxed = canonicalization === 'relaxed';
  }

  update(octets: Buffer): void {
    const isRelaxed = this.#isRelaxed;
    const blanks = new OddBlanks(octets, isRelaxed);
    let isHolding = this.#lineEnds > 0 || this.#hasBlank || this.#hasReturn;
    let isLineStart = true;
    let length = 0;
    for (let at = 0; at < octets.length; at++) {
      const octet = octets[at] as number;
      if (octet <= SP) {
        if (octet === LF && this.#hasReturn) {
          this.#endLine();
          isLineStart = true;
          continue;
        }
        if (this.#hasReturn) length = this.#release(length);
        this.#hasReturn = octet === CR;
        const isBlank = isRelaxed && (octet === SP || octet === TAB);
        if (isBlank) this.#hasBlank = true;
        isHolding ||= this.#hasReturn || isBlank;
        if (this.#hasReturn || isBlank) continue;
      }
      if (isHolding || length > FULL) length = this.#release(length);
      isHolding = false;
      const end = isLineStart ? Math.max(at + 1, blanks.plainUntil(at)) : at + 1;
      isLineStart = false;
      length = this.#take(octets, at, end, length);
      at = end - 1;
    }
    this.#flush(length);
  }

  digest(): Buffer {
    this.#flush(this.#hasReturn ? this.#release(0) : 0);
    // RFC 6376 §3.4.3: a simple body is never empty; RFC 6376 §3.4.4: a relaxed one may be.
    if (!this.#isEmpty || !this.#isRelaxed) this.#hash.update(CRLF);
    return this.#hash.digest();
  }

  /** What stands before the end of a line does not count. */
  #endLine(): void {
    this.#hasReturn = false;
    this.#hasBlank = false;
    this.#lineEnds++;
  }

  /** What was held back counts, for something follows it; a lone carriage return is an octet like another. */
  #release(start: number): number {
    let length = start;
    for (; this.#lineEnds > 0; this.#lineEnds--) {
      if (length > FULL) length = this.#flush(length);
      FORM[length++] = CR;
      FORM[length++] = LF;
    }
    if (length > FULL) length = this.#flush(length);
    if (this.#hasBlank) FORM[length++] = SP;
    if (this.#hasReturn) FORM[length++] = CR;
    this.#hasBlank = false;
    this.#hasReturn = false;
    return length;
  }

  /** What is in its form as it stands, however long it is. */
  #take(octets: Buffer, start: number, end: number, length: number): number {
    if (end === start + 1) {
      FORM[length] = octets[start] as number;
      return length + 1;
    }
    if (length + (end - start) <= FULL) return length + octets.copy(FORM, length, start, end);
    this.#flush(length);
    this.#isEmpty = false;
    this.#hash.update(octets.subarray(start, end));
    return 0;
  }

  #flush(length: number): 0 {
    if (length === 0) return 0;
    this.#isEmpty = false;
    this.#hash.update(FORM.subarray(0, length));
    return 0;
  }
}
