// The hash of a body in its canonical form, fed in pieces of any size. `relaxed`: runs of blanks are one, none stand at the
// end of a line; both: empty lines at the end do not count, and the last line has its end. RFC 6376 §3.4.3, §3.4.4, §3.7.

import { createHash } from 'node:crypto';
import type { Canonicalization } from './canonicalization.ts';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SP = 0x20;

const PIECE_OCTETS = 16_384;

export class BodyHash {
  readonly #hash = createHash('sha256');
  readonly #isRelaxed: boolean;
  readonly #piece = Buffer.allocUnsafe(PIECE_OCTETS);
  #length = 0;
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
    for (let i = 0; i < octets.length; i++) {
      const octet = octets[i] as number;
      if (this.#hasReturn) {
        this.#hasReturn = false;
        if (octet === LF) {
          this.#lineEnds++;
          this.#hasBlank = false;
          continue;
        }
        this.#content(CR);
      }
      if (octet === CR) this.#hasReturn = true;
      else if (this.#isRelaxed && (octet === SP || octet === TAB)) this.#hasBlank = true;
      else this.#content(octet);
    }
  }

  digest(): Buffer {
    if (this.#hasReturn) this.#content(CR);
    // RFC 6376 §3.4.3: a simple body is never empty; RFC 6376 §3.4.4: a relaxed one may be.
    if (!this.#isEmpty || !this.#isRelaxed) {
      this.#put(CR);
      this.#put(LF);
    }
    this.#flush();
    return this.#hash.digest();
  }

  #content(octet: number): void {
    if (this.#lineEnds > 0 || this.#hasBlank) this.#putHeldBack();
    this.#isEmpty = false;
    this.#put(octet);
  }

  #putHeldBack(): void {
    for (; this.#lineEnds > 0; this.#lineEnds--) {
      this.#put(CR);
      this.#put(LF);
    }
    if (this.#hasBlank) this.#put(SP);
    this.#hasBlank = false;
  }

  #put(octet: number): void {
    if (this.#length === PIECE_OCTETS) this.#flush();
    this.#piece[this.#length++] = octet;
  }

  #flush(): void {
    this.#hash.update(this.#piece.subarray(0, this.#length));
    this.#length = 0;
  }
}
