// What comes from the client, as frames. One read is on its way at most: an idling session listens to it and to its
// mailbox at once, and whoever asks next gets what it brings.

import { WorldError } from '#base/world-error.ts';
import { type Connection, ServerStopping } from '#mail/ports/connection.ts';
import { Framer } from '#protocols/imap/framing.ts';
import { LIMITS_AFTER_LOGIN, LIMITS_BEFORE_LOGIN } from '#protocols/imap/limits.ts';
import type { Quirks } from '#protocols/imap/quirks.ts';
import { ConnectionLost } from './connection-lost.ts';

export class Input {
  readonly framer: Framer;
  readonly #connection: Connection;
  #reading: Promise<void> | undefined;
  #receivedBytes = 0;

  constructor(connection: Connection, quirks: Quirks) {
    this.#connection = connection;
    this.framer = new Framer(LIMITS_BEFORE_LOGIN, quirks);
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** A client who has logged in may say more at once. */
  widen(): void {
    this.framer.changeLimits(LIMITS_AFTER_LOGIN);
  }

  /** Resolves when there is more to frame; throws ConnectionLost at the end. */
  more(timeoutMs: number, moment?: 'quiet'): Promise<void> {
    this.#reading ??= this.#read(timeoutMs, moment);
    return this.#reading;
  }

  #read(timeoutMs: number, moment: 'quiet' | undefined): Promise<void> {
    const reading = this.#connection.read(timeoutMs, moment).then(
      (chunk) => this.#take(chunk),
      (error: unknown) => {
        if (error instanceof ServerStopping) throw new ConnectionLost('stopping', error);
        if (error instanceof WorldError) throw new ConnectionLost('silent', error);
        throw error;
      },
    );
    // It may fail while nobody listens; whoever asks next hears of it.
    reading.catch(() => undefined);
    return reading;
  }

  #take(chunk: Buffer | undefined): void {
    if (chunk === undefined) throw new ConnectionLost('closed');
    this.#reading = undefined;
    this.#receivedBytes += chunk.length;
    this.framer.push(chunk);
  }
}
