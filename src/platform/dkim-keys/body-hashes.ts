// Hashes of bodies. A large one is hashed in a thread, a piece at a time: to send a piece there costs the event loop a tenth of
// what hashing it would. Pieces of several messages take turns, so that a message of 50 MB holds up nobody's signature.

import { bodyOctets } from '#mail/acceptance/body-octets.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import { OrderThread } from '#platform/machine/order-thread.ts';
import { hashRelaxedBody } from '#protocols/dkim/body-hash.ts';
import type { BodyHashOrder, BodyNumber } from './body-hash-thread.ts';

/** Below that, the way to the thread costs more than it saves. */
const HASHED_HERE_OCTETS = 16_384;
/** Messages whose piece is under way; each is a session that waits for its reply. */
const MOST_WAITING = 2_000;

export class BodyHashes implements AsyncDisposable {
  readonly #thread: OrderThread<BodyHashOrder, Uint8Array | undefined>;
  #begun = 0;

  constructor(mostWaiting = MOST_WAITING) {
    this.#thread = new OrderThread({
      code: new URL('./body-hash-thread.ts', import.meta.url),
      data: undefined,
      operation: 'hash a body',
      mostWaiting,
      report: () => undefined,
    });
  }

  /** Throws WorldError. */
  async hash(content: MessageContent, start: number): Promise<Buffer> {
    const octets = bodyOctets(content, start);
    if (content.sizeBytes - start <= HASHED_HERE_OCTETS) return await hashRelaxedBody(octets);
    const body: BodyNumber = ++this.#begun;
    try {
      return await this.#hashThere(body, octets);
    } catch (error) {
      // Where the thread itself is gone, so is what it held.
      this.#thread.perform({ kind: 'forget', body }).catch(() => undefined);
      throw error;
    }
  }

  /** One piece is read ahead: only the last one has an answer, and most bodies are one piece. */
  async #hashThere(body: BodyNumber, pieces: AsyncIterable<Buffer>): Promise<Buffer> {
    let octets: Buffer | undefined;
    let isFirst = true;
    for await (const next of pieces) {
      if (octets !== undefined) {
        await this.#thread.perform({ kind: 'piece', body, octets, isFirst, isLast: false });
        isFirst = false;
      }
      octets = next;
    }
    const last = octets ?? Buffer.alloc(0);
    const hash = await this.#thread.perform({ kind: 'piece', body, octets: last, isFirst, isLast: true });
    if (hash === undefined) throw new Error('the end of a body has a hash');
    return Buffer.from(hash);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#thread[Symbol.asyncDispose]();
  }
}
