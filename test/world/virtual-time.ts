// A clock whose alarms ring only when a test lets time pass. Between two alarms everything that can happen at once happens.

import type { Alarm } from '#mail/ports/alarm.ts';
import type { Clock } from '#mail/ports/clock.ts';

interface Ringing {
  readonly atMs: number;
  readonly wake: () => void;
}

export class VirtualTime implements Clock, Alarm {
  #nowMs: number;
  /** By time; those of one time in the order in which they were set. */
  readonly #alarms = new Map<number, Set<Ringing>>();
  readonly #times: number[] = [];

  constructor(startMs: number = Date.UTC(2026, 10, 21, 10)) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, wake: () => void): Disposable {
    const atMs = this.#nowMs + Math.max(0, Math.ceil(delayMs));
    const ringing = { atMs, wake };
    const atOnce = this.#alarms.get(atMs);
    if (atOnce === undefined) {
      this.#alarms.set(atMs, new Set([ringing]));
      const behind = this.#times.findLastIndex((time) => time > atMs);
      // Latest first, so that the next one is at the end.
      this.#times.splice(behind + 1, 0, atMs);
    } else atOnce.add(ringing);
    return { [Symbol.dispose]: () => this.#alarms.get(atMs)?.delete(ringing) };
  }

  /** Rings every alarm up to then. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await settled();
    for (let next = this.#times.at(-1); next !== undefined && next <= untilMs; next = this.#times.at(-1)) {
      this.#nowMs = Math.max(this.#nowMs, next);
      for (const ringing of this.#alarms.get(next) ?? []) {
        this.#alarms.get(next)?.delete(ringing);
        ringing.wake();
      }
      if (this.#alarms.get(next)?.size === 0) {
        this.#alarms.delete(next);
        this.#times.splice(this.#times.lastIndexOf(next), 1);
      }
      await settled();
    }
    this.#nowMs = untilMs;
  }

  /** Somebody sets the clock; alarms ring when they would have. */
  jump(ms: number): void {
    this.#nowMs += ms;
  }
}

/** Everything that waits for nothing but its turn has had it. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
