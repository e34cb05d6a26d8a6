// The keys of session tickets: one set for all listeners and certificates, so that a session is resumed on any port and
// after a renewal; a new set each day, because whoever has the key can read what its tickets protect. RFC 5077 §5.5.

import { randomBytes } from 'node:crypto';
import type { Clock } from '#mail/ports/clock.ts';

const TICKET_KEYS_OCTETS = 48;
const LIFETIME_MS = 86_400_000;

export class TicketKeys {
  readonly #clock: Clock;
  #keys = randomBytes(TICKET_KEYS_OCTETS);
  #bornMs: number;

  /** `clock`: one that nobody sets. */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.#bornMs = clock.nowMs();
  }

  /** The same buffer as long as the keys are the same. */
  current(): Buffer {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#bornMs >= LIFETIME_MS) {
      this.#keys = randomBytes(TICKET_KEYS_OCTETS);
      this.#bornMs = nowMs;
    }
    return this.#keys;
  }
}
