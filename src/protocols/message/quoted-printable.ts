// Quoted-printable, in pieces of any size: how the octets were cut never shows in the result. A broken escape stays as
// it stands. RFC 2045 §6.7.

const CR = 0x0d;
const LF = 0x0a;
const TAB = 0x09;
const SP = 0x20;
const EQUALS = 0x3d;

/** White space at the end of a line is the transport's (RFC 2045 §6.7 rule 3); a longer run is taken for text. */
const MAX_HELD_OCTETS = 1_000;

/** What the held octets are the beginning of. */
type Phase = 'text' | 'blanks' | 'blanks-cr' | 'long-blanks' | 'escape' | 'escape-hex' | 'escape-blanks' | 'escape-cr';

export class QuotedPrintableDecoder {
  #phase: Phase = 'text';
  /** Octets that mean nothing until more is seen. */
  readonly #held = Buffer.allocUnsafe(MAX_HELD_OCTETS);
  #heldLength = 0;
  #output: Buffer = Buffer.alloc(0);
  #outputLength = 0;

  push(octets: Buffer): Buffer {
    this.#output = Buffer.allocUnsafe(octets.length + this.#heldLength);
    this.#outputLength = 0;
    for (let i = 0; i < octets.length; i++) {
      const octet = octets[i] ?? 0;
      if (this.#phase === 'text' && octet !== EQUALS && octet !== SP && octet !== TAB) {
        this.#output[this.#outputLength++] = octet;
        continue;
      }
      // An octet that does not go on with what is held is looked at again, as the beginning of something else.
      while (!this.#accept(octet)) this.#release();
    }
    return this.#output.subarray(0, this.#outputLength);
  }

  end(): Buffer {
    this.#output = Buffer.allocUnsafe(this.#heldLength);
    this.#outputLength = 0;
    const endsLine = this.#phase === 'blanks' || this.#phase === 'escape' || this.#phase === 'escape-blanks';
    if (endsLine) this.#forget();
    else this.#release();
    return this.#output.subarray(0, this.#outputLength);
  }

  /** False: what is held is text after all. */
  #accept(octet: number): boolean {
    const isBlank = octet === SP || octet === TAB;
    switch (this.#phase) {
      case 'text':
        if (octet === EQUALS) return this.#hold(octet, 'escape');
        return isBlank ? this.#hold(octet, 'blanks') : this.#emit(octet);
      case 'blanks':
        if (isBlank) return this.#hold(octet, 'blanks');
        if (octet === CR) return this.#hold(octet, 'blanks-cr');
        if (octet !== LF) return false;
        this.#forget();
        return this.#emit(LF);
      case 'blanks-cr':
        if (octet !== LF) return false;
        this.#forget();
        this.#emit(CR);
        return this.#emit(LF);
      case 'long-blanks':
        return isBlank && this.#emit(octet);
      case 'escape':
        if (isHex(octet)) return this.#hold(octet, 'escape-hex');
        return this.#acceptSoftBreak(octet, isBlank);
      case 'escape-hex': {
        const first = this.#held[1] ?? 0;
        if (!isHex(octet)) return false;
        this.#forget();
        return this.#emit((hexValue(first) << 4) | hexValue(octet));
      }
      case 'escape-blanks':
        return this.#acceptSoftBreak(octet, isBlank);
      case 'escape-cr':
        if (octet === LF) this.#forget();
        return octet === LF;
    }
  }

  #acceptSoftBreak(octet: number, isBlank: boolean): boolean {
    if (isBlank) return this.#hold(octet, 'escape-blanks');
    if (octet === CR) return this.#hold(octet, 'escape-cr');
    if (octet === LF) this.#forget();
    return octet === LF;
  }

  #hold(octet: number, phase: Phase): boolean {
    if (this.#heldLength === MAX_HELD_OCTETS) {
      this.#release();
      this.#phase = 'long-blanks';
      return this.#accept(octet);
    }
    this.#held[this.#heldLength++] = octet;
    this.#phase = phase;
    return true;
  }

  #emit(octet: number): true {
    this.#output[this.#outputLength++] = octet;
    return true;
  }

  #release(): void {
    this.#outputLength += this.#held.copy(this.#output, this.#outputLength, 0, this.#heldLength);
    this.#forget();
  }

  #forget(): void {
    this.#heldLength = 0;
    this.#phase = 'text';
  }
}

function isHex(octet: number): boolean {
  return (octet >= 0x30 && octet <= 0x39) || (octet >= 0x41 && octet <= 0x46) || (octet >= 0x61 && octet <= 0x66);
}

function hexValue(octet: number): number {
  return octet <= 0x39 ? octet - 0x30 : (octet | 0x20) - 0x61 + 10;
}

const HEX = '0123456789ABCDEF';
const MAX_LINE = 76;

/** For text whose lines end in CRLF; they stay lines. */
export function encodeQuotedPrintable(octets: Buffer): string {
  const pieces: string[] = [];
  let column = 0;
  for (let i = 0; i < octets.length; i++) {
    const octet = octets[i] ?? 0;
    if (octet === CR && octets[i + 1] === LF) {
      pieces.push('\r\n');
      column = 0;
      i++;
      continue;
    }
    const endsLine = i + 1 === octets.length || (octets[i + 1] === CR && octets[i + 2] === LF);
    const character = quotedCharacter(octet, endsLine);
    // One column stays free for the `=` of a soft line break.
    if (column + character.length > MAX_LINE - 1) {
      pieces.push('=\r\n');
      column = 0;
    }
    pieces.push(character);
    column += character.length;
  }
  return pieces.join('');
}

function quotedCharacter(octet: number, endsLine: boolean): string {
  const isBlank = octet === SP || octet === TAB;
  const isPlain = octet > SP && octet < 0x7f && octet !== EQUALS;
  if (isPlain || (isBlank && !endsLine)) return String.fromCharCode(octet);
  return `=${HEX[octet >> 4]}${HEX[octet & 15]}`;
}
