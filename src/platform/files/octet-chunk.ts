// Octets on their way to a file, gathered in pieces of one size. The memory is used again: a message of many megabytes needs
// no more of it than a small one, and the collector has nothing to do.

const CHUNK_BYTES = 256 * 1024;
const MOST_SPARE = 16;
const spare: Buffer[] = [];

export class OctetChunk {
  #memory: Buffer | undefined;
  #length = 0;

  static take(): OctetChunk {
    return new OctetChunk(spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES));
  }

  private constructor(memory: Buffer) {
    this.#memory = memory;
  }

  get isFull(): boolean {
    return this.#length === CHUNK_BYTES;
  }

  /** What it holds, until it is released. */
  get octets(): Buffer {
    if (this.#memory === undefined) throw new Error('the chunk was released');
    return this.#memory.subarray(0, this.#length);
  }

  /** Takes as much as there is room for, and says how much that was. */
  fill(bytes: Buffer, from: number): number {
    const copied = this.#memory === undefined ? 0 : bytes.copy(this.#memory, this.#length, from);
    this.#length += copied;
    return copied;
  }

  /** Once nobody reads it any more. Safe to call twice. */
  release(): void {
    if (this.#memory !== undefined && spare.length < MOST_SPARE) spare.push(this.#memory);
    this.#memory = undefined;
  }
}
