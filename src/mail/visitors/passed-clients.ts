// Who passed the test before the greeting, and until when that is believed. In memory and bounded: who is forgotten waits for
// a few seconds once more.

import type { Clock } from '#mail/ports/clock.ts';

export class PassedClients {
  readonly #clock: Clock;
  /** From the least recent to the most recent. */
  readonly #untilMs = new Map<string, number>();

  /** A steady clock. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#untilMs.size;
  }

  has(address: string): boolean {
    const untilMs = this.#untilMs.get(address);
    if (untilMs === undefined) return false;
    if (untilMs > this.#clock.nowMs()) return true;
    this.#untilMs.delete(address);
    return false;
  }

  /** `most`: of all that are remembered. */
  note(address: string, lifetimeMs: number, most: number): void {
    this.#untilMs.delete(address);
    this.#untilMs.set(address, this.#clock.nowMs() + lifetimeMs);
    for (const oldest of this.#untilMs.keys()) {
      if (this.#untilMs.size <= most) return;
      this.#untilMs.delete(oldest);
    }
  }
}
