// Octets on their way from one place to another, gathered in pieces of one size. The memory is used again: a message of
// many megabytes needs no more of it than a small one, and the collector has nothing to do.

import { giveMemoryBack } from './give-memory-back.ts';

export class ChunkPool {
  readonly #chunkBytes: number;
  readonly #mostSpare: number;
  readonly #spare: Buffer[] = [];

  /** `mostSpare`: chunks that are kept while nobody uses them. */
  constructor(chunkBytes: number, mostSpare: number) {
    this.#chunkBytes = chunkBytes;
    this.#mostSpare = mostSpare;
  }

  take(): OctetChunk {
    return new OctetChunk(this, this.#spare.pop() ?? Buffer.allocUnsafeSlow(this.#chunkBytes));
  }

  /** A chunk with these octets, as far as there is room. */
  hold(octets: Buffer): OctetChunk {
    const chunk = this.take();
    chunk.fill(octets);
    return chunk;
  }

  /** For `OctetChunk.release` alone. */
  giveBack(memory: Buffer): void {
    if (this.#spare.length < this.#mostSpare) this.#spare.push(memory);
    else giveMemoryBack(memory);
  }
}

/** Chunks of one memory, which threads may share: what one has gathered, another reads without its being copied. */
export class SharedChunkPool {
  readonly #memory: SharedArrayBuffer;
  readonly #chunkBytes: number;
  /** The last one that was used is the next one: the others' pages may never be touched. */
  readonly #spare: Buffer[] = [];
  #usedBytes = 0;

  constructor(memory: SharedArrayBuffer, chunkBytes: number) {
    this.#memory = memory;
    this.#chunkBytes = chunkBytes;
  }

  /** `undefined` while all of them are in use. */
  take(): OctetChunk | undefined {
    const memory = this.#spare.pop() ?? this.#next();
    return memory && new OctetChunk(this, memory);
  }

  /** For `OctetChunk.release` alone. */
  giveBack(memory: Buffer): void {
    this.#spare.push(memory);
  }

  #next(): Buffer | undefined {
    const start = this.#usedBytes;
    if (start + this.#chunkBytes > this.#memory.byteLength) return undefined;
    this.#usedBytes += this.#chunkBytes;
    return Buffer.from(this.#memory, start, this.#chunkBytes);
  }
}

export class OctetChunk {
  readonly #pool: Pick<ChunkPool, 'giveBack'>;
  #memory: Buffer | undefined;
  #length = 0;

  constructor(pool: Pick<ChunkPool, 'giveBack'>, memory: Buffer) {
    this.#pool = pool;
    this.#memory = memory;
  }

  get length(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#length === this.#memory?.length;
  }

  /** What it holds, until it is released. */
  get octets(): Buffer {
    if (this.#memory === undefined) throw new Error('the chunk was released');
    return this.#memory.subarray(0, this.#length);
  }

  /** Takes as much as there is room for, and says how much that was. */
  fill(bytes: Buffer, from = 0): number {
    const copied = this.#memory === undefined ? 0 : bytes.copy(this.#memory, this.#length, from);
    this.#length += copied;
    return copied;
  }

  /** Once nobody reads it any more. Safe to call twice. */
  release(): void {
    if (this.#memory !== undefined) this.#pool.giveBack(this.#memory);
    this.#memory = undefined;
  }
}
