// Remembers for a minute which secret was right, so that a client that comes back every few seconds does not pay
// argon2 each time. What is kept is a keyed digest under a key that lives as long as the process, bound to the account
// and to the hash it was checked against: a changed password is never found here. Only right secrets are remembered.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '#mail/ports/clock.ts';

export interface AcceptedSecretLimits {
  readonly lifetimeMs: number;
  readonly entries: number;
}

const DEFAULT_ACCEPTED_SECRET_LIMITS: AcceptedSecretLimits = { lifetimeMs: 60_000, entries: 10_000 };

interface Entry {
  readonly digest: Buffer;
  readonly untilMs: number;
}

export class AcceptedSecrets {
  readonly #key = randomBytes(32);
  readonly #entries = new Map<string, Entry>();
  /** As many as the password threads let wait. */
  readonly #running = new Map<string, Promise<unknown>>();
  readonly #clock: Clock;
  readonly #limits: AcceptedSecretLimits;

  constructor(clock: Clock, limits = DEFAULT_ACCEPTED_SECRET_LIMITS) {
    this.#clock = clock;
    this.#limits = limits;
  }

  has(account: string, hash: string, secret: string): boolean {
    const entry = this.#entries.get(account);
    if (entry === undefined) return false;
    const leftMs = entry.untilMs - this.#clock.nowMs();
    // A clock that was set back must not make an entry live longer.
    if (leftMs <= 0 || leftMs > this.#limits.lifetimeMs) {
      this.#entries.delete(account);
      return false;
    }
    return timingSafeEqual(entry.digest, this.#digest(account, hash, secret));
  }

  remember(account: string, hash: string, secret: string): void {
    this.#entries.delete(account);
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined && this.#entries.size >= this.#limits.entries) this.#entries.delete(oldest);
    const untilMs = this.#clock.nowMs() + this.#limits.lifetimeMs;
    this.#entries.set(account, { digest: this.#digest(account, hash, secret), untilMs });
  }

  /** Who asks for the same at the same moment gets the same answer: mail programs open several connections at once. */
  async checkOnce<T>(account: string, hash: string, secret: string, check: () => Promise<T>): Promise<T> {
    const name = this.#digest(account, hash, secret).toString('base64');
    const running = this.#running.get(name) as Promise<T> | undefined;
    if (running !== undefined) return running;
    const started = check().finally(() => this.#running.delete(name));
    this.#running.set(name, started);
    return started;
  }

  #digest(account: string, hash: string, secret: string): Buffer {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([account, hash, secret]))
      .digest();
  }
}
