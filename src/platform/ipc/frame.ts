// How our processes speak on their private streams: frames, each a head (JSON) and a body (octets as they are).
//   frame = head-length body-length head body      lengths: 32 bits, the higher octets first
// Bounds are found here, and kept: what breaks them, or is not JSON, ends the stream it came on.

import { ByteQueue } from '#base/byte-queue.ts';

export const LONGEST_HEAD_BYTES = 65_536;
/** Larger content is read in pieces: lent-content.ts. */
export const LONGEST_BODY_BYTES = 1_048_576;

const LENGTHS_BYTES = 8;

export interface Frame {
  readonly head: unknown;
  readonly body: Buffer;
}

/** The lengths and the head; the body follows as it is. Throws RangeError for one that is too long. */
export function formatFrameHead(head: unknown, bodyBytes: number): Buffer {
  const text = JSON.stringify(head);
  const headBytes = Buffer.byteLength(text);
  if (headBytes > LONGEST_HEAD_BYTES) throw new RangeError(`a head of ${headBytes} octets`);
  if (bodyBytes > LONGEST_BODY_BYTES) throw new RangeError(`a body of ${bodyBytes} octets`);
  const octets = Buffer.allocUnsafe(LENGTHS_BYTES + headBytes);
  octets.writeUInt32BE(headBytes, 0);
  octets.writeUInt32BE(bodyBytes, 4);
  octets.write(text, LENGTHS_BYTES);
  return octets;
}

export class FrameReader {
  readonly #bytes = new ByteQueue();
  #isBroken = false;

  /** Something came that is no frame: nothing is read any more. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** The frames that are complete with this chunk, and have not been before. */
  push(chunk: Buffer): Frame[] {
    if (this.#isBroken) return [];
    this.#bytes.push(chunk);
    const frames: Frame[] = [];
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): Frame | undefined {
    if (this.#bytes.length < LENGTHS_BYTES) return undefined;
    const lengths = this.#bytes.peek(LENGTHS_BYTES);
    const headBytes = lengths.readUInt32BE(0);
    const bodyBytes = lengths.readUInt32BE(4);
    if (headBytes > LONGEST_HEAD_BYTES || bodyBytes > LONGEST_BODY_BYTES) return this.#break();
    if (this.#bytes.length < LENGTHS_BYTES + headBytes + bodyBytes) return undefined;
    this.#bytes.take(LENGTHS_BYTES);
    const text = this.#bytes.take(headBytes).toString();
    const body = this.#bytes.take(bodyBytes);
    try {
      return { head: JSON.parse(text), body };
    } catch {
      return this.#break();
    }
  }

  #break(): undefined {
    this.#isBroken = true;
    this.#bytes.clear();
  }
}
