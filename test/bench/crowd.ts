// Those who are there and do next to nothing: SMTP clients that say a byte a minute, and IMAP clients in IDLE over TLS.

import { connect, type Socket } from 'node:net';
import { ImapClient } from './imap-client.ts';
import type { ImapDoor } from './peer.ts';

const COMING_AT_ONCE = 20;
const BYTE_EVERY_MS = 60_000;
/** Said over and over again, a byte at a time. */
const COMMAND = 'NOOP\r\n';

export interface CrowdSize {
  readonly slow: number;
  readonly idle: number;
}

export class Crowd implements Disposable {
  readonly #slow: SlowClient[] = [];
  readonly #idle: ImapClient[] = [];

  static async come(smtpPort: number, door: ImapDoor, { slow, idle }: CrowdSize): Promise<Crowd> {
    const crowd = new Crowd();
    await inTwenties(idle, async () => {
      const client = await ImapClient.login(door);
      await client.command('SELECT INBOX');
      await client.idle();
      crowd.#idle.push(client);
    });
    // They come last: a command that is not whole after `smtpd_timeout` ends the session, as it should.
    await inTwenties(slow, async () => {
      crowd.#slow.push(await SlowClient.connect(smtpPort));
    });
    return crowd;
  }

  /** How many of the slow ones the server has sent away. */
  get gone(): number {
    return this.#slow.filter(({ isGone }) => isGone).length;
  }

  [Symbol.dispose](): void {
    for (const client of [...this.#slow, ...this.#idle]) client.close();
  }
}

class SlowClient {
  isGone = false;
  readonly #socket: Socket;
  readonly #timer: NodeJS.Timeout;
  #said = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    // Not all in the same moment of the minute.
    this.#timer = setTimeout(() => this.#sayByte(), Math.random() * BYTE_EVERY_MS);
    socket.on('close', () => this.close());
    socket.on('error', () => this.close());
    socket.resume();
  }

  /** Greeted. */
  static connect(port: number): Promise<SlowClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.once('error', reject);
      socket.once('data', () => {
        socket.off('error', reject);
        resolve(new SlowClient(socket));
      });
    });
  }

  close(): void {
    this.isGone = true;
    clearTimeout(this.#timer);
    this.#socket.destroy();
  }

  #sayByte(): void {
    this.#socket.write(COMMAND.charAt(this.#said++ % COMMAND.length));
    setTimeout(() => this.isGone || this.#sayByte(), BYTE_EVERY_MS).unref();
  }
}

async function inTwenties(count: number, come: () => Promise<void>): Promise<void> {
  for (let left = count; left > 0; left -= COMING_AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(left, COMING_AT_ONCE) }, come));
  }
}
