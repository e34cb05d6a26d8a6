// Lines out of a stream of octets. What is longer than the limit ends the conversation: nobody keeps it.

import { ByteQueue } from '#base/byte-queue.ts';
import { err, ok, type Result } from '#base/result.ts';

/** As much as a SASL response may have, and what stands around it. */
export const MAX_AUTH_LINE_OCTETS = 16_384;

const LF = 0x0a;

export class AuthFraming {
  readonly #unread = new ByteQueue();
  #scanned = 0;

  push(octets: Buffer): void {
    this.#unread.push(octets);
  }

  /** The next line without its LF; `undefined` until there is a whole one. */
  nextLine(): Result<Buffer | undefined, 'too-long'> {
    const end = this.#unread.indexOf(LF, this.#scanned);
    if ((end === -1 ? this.#unread.length : end) > MAX_AUTH_LINE_OCTETS) return err('too-long');
    this.#scanned = end === -1 ? this.#unread.length : 0;
    return ok(end === -1 ? undefined : this.#unread.take(end + 1).subarray(0, end));
  }
}
