// Puts octets one behind the other into a buffer that doubles. For answers of a hundred thousand lines: numbers and
// short words are stored octet by octet, without a string in between.

const NOTHING = Buffer.alloc(0);
/** Below it a loop beats a native copy. */
const SHORT_BYTES = 8;
const ZERO = 0x30;
/** Up to it V8 divides as integers. */
const HIGHEST_INT32 = 0x7fffffff;

export class ByteWriter {
  #bytes = NOTHING;
  #length = 0;
  #firstBytes: number;

  constructor(firstBytes = 4096) {
    this.#firstBytes = firstBytes;
  }

  get length(): number {
    return this.#length;
  }

  /** What was written since the last `take`; the writer begins anew, with memory for as much again. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#firstBytes = Math.max(this.#firstBytes, this.#length);
    this.#bytes = NOTHING;
    this.#length = 0;
    return taken;
  }

  octets(octets: Uint8Array): void {
    const count = octets.length;
    this.#reserve(count);
    const bytes = this.#bytes;
    const start = this.#length;
    if (count > SHORT_BYTES) bytes.set(octets, start);
    else for (let i = 0; i < count; i++) bytes[start + i] = octets[i] as number;
    this.#length = start + count;
  }

  text(text: string): void {
    this.#reserve(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
  }

  /** A whole number from 0 up to 2^53. */
  decimal(number: number): void {
    if (number > HIGHEST_INT32) {
      this.text(String(number));
      return;
    }
    const digits = countDigits(number);
    this.#reserve(digits);
    const bytes = this.#bytes;
    const start = this.#length;
    let rest = number | 0;
    for (let i = start + digits - 1; i >= start; i--) {
      const quotient = (rest / 10) | 0;
      bytes[i] = ZERO + rest - quotient * 10;
      rest = quotient;
    }
    this.#length = start + digits;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#firstBytes, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

function countDigits(number: number): number {
  if (number < 10) return 1;
  if (number < 100) return 2;
  if (number < 1000) return 3;
  if (number < 10_000) return 4;
  if (number < 100_000) return 5;
  if (number < 1_000_000) return 6;
  if (number < 10_000_000) return 7;
  if (number < 100_000_000) return 8;
  return number < 1_000_000_000 ? 9 : 10;
}
