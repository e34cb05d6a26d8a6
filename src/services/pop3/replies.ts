// What goes out. Small pieces are gathered until there is nothing left to read, or enough to send: a client that
// pipelines, and a short message with its reply, get few writes. Large pieces pass without a copy.

import type { Connection } from '#mail/ports/connection.ts';
import { formatReply, type Pop3Reply } from '#protocols/pop3/reply.ts';

const GATHERED_OCTETS = 16_384;

export class Replies {
  readonly #connection: Connection;
  #pieces: Buffer[] = [];
  #gatheredOctets = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async say(reply: Pop3Reply): Promise<void> {
    for (const text of formatReply(reply)) await this.#gather(Buffer.from(text));
  }

  async write(octets: Buffer): Promise<void> {
    // A small piece is copied: whoever reads messages may use the memory again.
    if (octets.length < GATHERED_OCTETS) return this.#gather(Buffer.from(octets));
    await this.flush();
    await this.#connection.write(octets);
  }

  async flush(): Promise<void> {
    if (this.#gatheredOctets === 0) return;
    const octets = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#gatheredOctets = 0;
    await this.#connection.write(octets);
  }

  async #gather(piece: Buffer): Promise<void> {
    this.#pieces.push(piece);
    this.#gatheredOctets += piece.length;
    if (this.#gatheredOctets >= GATHERED_OCTETS) await this.flush();
  }
}
