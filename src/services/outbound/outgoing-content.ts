// The octets of a message while it is sent: in memory where they are few, else read piece by piece, again for each server.

import { isAscii } from 'node:buffer';
import type { MessageContent } from '#mail/ports/message-content.ts';

/** Up to that much is read once, and goes out in one write. */
const SMALL_BYTES = 65_536;
const PIECE_BYTES = 65_536;
const END_OF_HEADER = Buffer.from('\r\n\r\n');
/** A header longer than that is not looked at to its end. */
const MAX_HEADER_BYTES = 262_144;

export interface SendableContent {
  readonly sizeBytes: number;
  /** All of it, where it is small. */
  readonly whole: Buffer | undefined;
  pieces(): AsyncIterable<Buffer>;
}

export class OutgoingContent implements SendableContent {
  readonly sizeBytes: number;
  readonly whole: Buffer | undefined;
  readonly #content: MessageContent;
  #isAscii: boolean | undefined;

  private constructor(content: MessageContent, whole: Buffer | undefined) {
    this.#content = content;
    this.sizeBytes = content.sizeBytes;
    this.whole = whole;
    this.#isAscii = whole === undefined ? undefined : isAscii(whole);
  }

  static async open(content: MessageContent): Promise<OutgoingContent> {
    const whole = content.sizeBytes > SMALL_BYTES ? undefined : await content.read(0, content.sizeBytes);
    return new OutgoingContent(content, whole);
  }

  /** `undefined`: a large one, that nobody has looked at yet. */
  get knownAscii(): boolean | undefined {
    return this.#isAscii;
  }

  async isAscii(): Promise<boolean> {
    if (this.#isAscii !== undefined) return this.#isAscii;
    for await (const piece of this.pieces()) {
      if (isAscii(piece)) continue;
      this.#isAscii = false;
      return false;
    }
    this.#isAscii = true;
    return true;
  }

  async hasAsciiHeader(): Promise<boolean> {
    if (this.#isAscii === true) return true;
    const start = this.whole ?? (await this.#content.read(0, MAX_HEADER_BYTES));
    const end = start.indexOf(END_OF_HEADER);
    return isAscii(end === -1 ? start : start.subarray(0, end));
  }

  read(offset: number, lengthBytes: number): Promise<Buffer> {
    if (this.whole !== undefined) return Promise.resolve(this.whole.subarray(offset, offset + lengthBytes));
    return this.#content.read(offset, lengthBytes);
  }

  async *pieces(): AsyncIterable<Buffer> {
    for (let offset = 0; offset < this.sizeBytes; offset += PIECE_BYTES) yield await this.read(offset, PIECE_BYTES);
  }
}
