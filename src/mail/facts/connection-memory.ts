// What was asked already, and how long that took. Names of a client are known for its whole stay, everything else for one
// message: what is asked twice is answered alike. A connection that is gone is forgotten with it.

import type { ConnectionFacts } from '#mail/ports/connection.ts';
import type { FactAnswer } from '#mail/restrictions/fact.ts';
import type { ClientNameAnswer } from './client-name.ts';

/** Answers of one message; what is asked beyond that is asked each time. */
const MOST_ANSWERS = 2_000;

export class ConnectionMemory {
  clientName: ClientNameAnswer | undefined;
  /** For the questions of this message. */
  spentMs = 0;
  #instance: string | undefined;
  readonly #answers = new Map<string, FactAnswer>();

  /** The message, or the connection before there is one: with another one everything begins anew. */
  turnTo(instance: string): this {
    if (this.#instance !== instance) {
      this.#instance = instance;
      this.#answers.clear();
      this.spentMs = 0;
    }
    return this;
  }

  find(question: string): FactAnswer | undefined {
    return this.#answers.get(question);
  }

  keep(question: string, answer: FactAnswer): void {
    if (this.#answers.size < MOST_ANSWERS) this.#answers.set(question, answer);
  }
}

export class ConnectionMemories {
  readonly #memories = new WeakMap<ConnectionFacts, ConnectionMemory>();

  /** With everything that was asked for this message, or before the first one. */
  of(connection: ConnectionFacts, instance: string): ConnectionMemory {
    return this.ofStay(connection).turnTo(instance);
  }

  ofStay(connection: ConnectionFacts): ConnectionMemory {
    let memory = this.#memories.get(connection);
    if (memory === undefined) {
      memory = new ConnectionMemory();
      this.#memories.set(connection, memory);
    }
    return memory;
  }
}
