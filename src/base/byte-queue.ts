// Octets that arrived and were not read yet. Nothing is copied while each chunk is used up before the next arrives;
// otherwise the rest is gathered in a buffer that doubles, so that a peer who sends single octets costs linear time.
// What was taken stays valid: memory that was handed out is never written again.

const EMPTY = Buffer.alloc(0);

export class ByteQueue {
  #bytes: Buffer = EMPTY;
  #start = 0;
  #end = 0;
  /** Memory behind `#end` is ours to write into. */
  #owned = false;

  get length(): number {
    return this.#end - this.#start;
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    if (this.length === 0) {
      this.#bytes = chunk;
      this.#start = 0;
      this.#end = chunk.length;
      this.#owned = false;
      return;
    }
    const needed = this.length + chunk.length;
    // What is at least as long as the rest doubles it by itself.
    const room = chunk.length >= this.length ? needed : needed * 2;
    if (!this.#owned || this.#end + chunk.length > this.#bytes.length) this.#grow(room);
    chunk.copy(this.#bytes, this.#end);
    this.#end += chunk.length;
  }

  /** Counted from the first unread octet; -1 where there is none. */
  indexOf(octet: number, from = 0): number {
    const index = this.#bytes.subarray(0, this.#end).indexOf(octet, this.#start + from);
    return index === -1 ? -1 : index - this.#start;
  }

  /** The first octets, left unread; fewer where there are not so many. */
  peek(count: number): Buffer {
    return this.#bytes.subarray(this.#start, Math.min(this.#start + count, this.#end));
  }

  take(count: number): Buffer {
    const taken = this.peek(count);
    this.#start += taken.length;
    if (this.#start === this.#end) this.clear();
    return taken;
  }

  clear(): void {
    this.#bytes = EMPTY;
    this.#start = 0;
    this.#end = 0;
    this.#owned = false;
  }

  #grow(room: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(1024, room));
    this.#bytes.copy(grown, 0, this.#start, this.#end);
    this.#end = this.length;
    this.#start = 0;
    this.#bytes = grown;
    this.#owned = true;
  }
}
