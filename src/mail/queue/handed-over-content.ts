// The octets of a fresh message, while deliveries read them: at first they are the journal's, and once the message is
// kept they are the queue's own file. The readers do not notice.

import type { MessageContent } from '#mail/ports/message-content.ts';

const PIECE_BYTES = 256 * 1024;

export class HandedOverContent implements MessageContent {
  readonly sizeBytes: number;
  #source: MessageContent;
  /** Reads of the present source. */
  #reading = new Set<Promise<Buffer>>();
  #ours: MessageContent | undefined;

  constructor(source: MessageContent) {
    this.#source = source;
    this.sizeBytes = source.sizeBytes;
  }

  read(offset: number, lengthBytes: number): Promise<Buffer> {
    const reading = this.#source.read(offset, lengthBytes);
    const others = this.#reading;
    others.add(reading);
    const done = () => others.delete(reading);
    reading.then(done, done);
    return reading;
  }

  async *stream(): AsyncIterable<Buffer> {
    for (let offset = 0; offset < this.sizeBytes; ) {
      const piece = await this.read(offset, PIECE_BYTES);
      if (piece.length === 0) throw new Error('the message was cut short');
      offset += piece.length;
      yield piece;
    }
  }

  /** Resolves when nobody reads the former source any more. The new one is disposed of with this. */
  async replace(source: MessageContent): Promise<void> {
    const former = this.#reading;
    this.#source = source;
    this.#ours = source;
    this.#reading = new Set();
    await Promise.allSettled(former);
  }

  /** The first source stays its owner's. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ours?.[Symbol.asyncDispose]();
  }
}
