// What restrictions left undecided of a client at its greeting, for its messages: with `smtpd_delay_reject = false` the lists
// are asked one by one. It goes with the connection.

import type { ConnectionFacts } from '#mail/ports/connection.ts';
import type { PendingDeferral } from '#mail/restrictions/deliberation.ts';

interface Undecided {
  readonly connection?: PendingDeferral | undefined;
  readonly greeting?: PendingDeferral | undefined;
}

export class StayMemory {
  readonly #stays = new WeakMap<ConnectionFacts, Undecided>();

  noteConnection(connection: ConnectionFacts, undecided: PendingDeferral | undefined): void {
    if (undecided !== undefined) this.#stays.set(connection, { connection: undecided });
  }

  /** A second greeting is judged by what was known before the first. */
  noteGreeting(connection: ConnectionFacts, undecided: PendingDeferral | undefined): void {
    if (undecided !== undefined) this.#stays.set(connection, { ...this.#stays.get(connection), greeting: undecided });
  }

  ofConnection(connection: ConnectionFacts): PendingDeferral | undefined {
    return this.#stays.get(connection)?.connection;
  }

  ofGreeting(connection: ConnectionFacts): PendingDeferral | undefined {
    const stay = this.#stays.get(connection);
    return stay?.greeting ?? stay?.connection;
  }
}
