// What goes to the client: answers to commands that came together go out together, and a long answer goes out in
// pieces, as fast as the client reads.

import { WorldError } from '#base/world-error.ts';
import type { Connection } from '#mail/ports/connection.ts';
import { ConnectionLost } from './connection-lost.ts';
import { PIECE_BYTES } from './limits.ts';

export class Output {
  readonly #connection: Connection;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #sentBytes = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** `undefined`: it waits for more. Otherwise to be awaited before the next. */
  send(output: string | Buffer): Promise<void> | undefined {
    const octets = typeof output === 'string' ? Buffer.from(output) : output;
    this.#waiting.push(octets);
    this.#waitingBytes += octets.length;
    return this.#waitingBytes >= PIECE_BYTES ? this.flush() : undefined;
  }

  async flush(): Promise<void> {
    if (this.#waitingBytes === 0) return;
    const [first] = this.#waiting;
    const octets = first !== undefined && this.#waiting.length === 1 ? first : Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#sentBytes += octets.length;
    for (let at = 0; at < octets.length; at += PIECE_BYTES) await this.#write(octets.subarray(at, at + PIECE_BYTES));
  }

  async #write(octets: Buffer): Promise<void> {
    try {
      await this.#connection.write(octets);
    } catch (error) {
      if (error instanceof WorldError) throw new ConnectionLost('broken', error);
      throw error;
    }
  }
}
