// Replies on their way out. A client that pipelines gets its answers in few writes: small ones are gathered until there
// is nothing left to read, or enough to send.

import type { Connection } from '#mail/ports/connection.ts';
import { formatReply, type Pop3Reply } from '#protocols/pop3/reply.ts';

const GATHERED_CHARS = 16_384;

export class Replies {
  readonly #connection: Connection;
  #gathered = '';

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async say(reply: Pop3Reply): Promise<void> {
    for (const text of formatReply(reply)) {
      this.#gathered += text;
      if (this.#gathered.length >= GATHERED_CHARS) await this.flush();
    }
  }

  async write(octets: Buffer | string): Promise<void> {
    await this.flush();
    if (octets.length > 0) await this.#connection.write(octets);
  }

  async flush(): Promise<void> {
    if (this.#gathered === '') return;
    const text = this.#gathered;
    this.#gathered = '';
    await this.#connection.write(text);
  }
}
