// Cuts a stream into lines ended by LF, none longer than a limit; what is held in between is below that limit too.

import { ByteQueue } from '#base/byte-queue.ts';

const LF = 0x0a;

export class LineSplitter {
  readonly #mostOctets: number;
  readonly #held = new ByteQueue();

  constructor(mostOctets: number) {
    this.#mostOctets = mostOctets;
  }

  /** The lines that this chunk completes, without their ends; `undefined` when one is too long: then all is lost. */
  push(chunk: Buffer): string[] | undefined {
    const lines: string[] = [];
    // What was held before has no LF in it.
    let end = chunk.indexOf(LF);
    if (end >= 0) end += this.#held.length;
    this.#held.push(chunk);
    for (; end >= 0; end = this.#held.indexOf(LF)) {
      if (end > this.#mostOctets) return undefined;
      lines.push(this.#held.take(end).toString('utf8'));
      this.#held.take(1);
    }
    return this.#held.length > this.#mostOctets ? undefined : lines;
  }
}
