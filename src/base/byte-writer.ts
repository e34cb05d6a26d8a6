// Puts octets one behind the other into a buffer that doubles. For answers of a hundred thousand lines: numbers and
// short words are stored octet by octet, without a string in between.

/** Below it a loop beats a native copy. */
const SHORT_BYTES = 32;
const ZERO = 0x30;

export class ByteWriter {
  #bytes: Buffer;
  #length = 0;
  readonly #initialBytes: number;

  constructor(initialBytes = 4096) {
    this.#initialBytes = initialBytes;
    this.#bytes = Buffer.allocUnsafeSlow(initialBytes);
  }

  get length(): number {
    return this.#length;
  }

  /** What was written since the last `take`; the writer begins anew, in memory of its own. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = Buffer.allocUnsafeSlow(this.#initialBytes);
    this.#length = 0;
    return taken;
  }

  octets(octets: Uint8Array): void {
    this.#reserve(octets.length);
    if (octets.length > SHORT_BYTES) this.#bytes.set(octets, this.#length);
    else for (let i = 0; i < octets.length; i++) this.#bytes[this.#length + i] = octets[i] ?? 0;
    this.#length += octets.length;
  }

  text(text: string): void {
    this.#reserve(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
  }

  /** A whole number from 0 up to 2^53. */
  decimal(number: number): void {
    if (number > 0xffffffff) {
      this.text(String(number));
      return;
    }
    this.#reserve(10);
    let digits = 1;
    for (let power = 10; power <= number; power *= 10) digits++;
    let rest = number >>> 0;
    for (let i = this.#length + digits - 1; i >= this.#length; i--) {
      const quotient = Math.floor(rest / 10);
      this.#bytes[i] = ZERO + rest - quotient * 10;
      rest = quotient;
    }
    this.#length += digits;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
