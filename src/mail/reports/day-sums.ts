// Messages that are alike become one number, in memory for a moment and then in the store: nothing waits for it, and what
// cannot be kept is counted, said and let go. A power cut may cost the last moments.

import { messageOf } from '#base/thrown.ts';
import type { Alarm } from '#mail/ports/alarm.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Log } from '#mail/ports/log.ts';
import type { Randomness } from '#mail/ports/randomness.ts';
import type { DaySum, ReportStore } from '#mail/ports/report-store.ts';
import type { ObservedMessage } from './observe-message.ts';

export const DAY_MS = 86_400_000;
/** Clocks differ, and messages of the last second are still being decided upon. */
const AFTER_MIDNIGHT_MS = 300_000;
const FLUSH_AFTER_MS = 2_000;
const MOST_WAITING = 10_000;
/** Handed over in one go: it is done on the event loop. */
const MOST_AT_ONCE = 500;

export interface SumsWorld {
  readonly store: Pick<ReportStore, 'addSums'>;
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly randomness: Randomness;
  readonly log: Log;
}

export class DaySums {
  readonly #world: SumsWorld;
  #waiting = new Map<string, DaySum>();
  #writing: Promise<void> | undefined;
  #alarm: Disposable | undefined;
  #dropped = 0;

  constructor(world: SumsWorld) {
    this.#world = world;
  }

  /** `mostDelayMs`: reports are sent at some time within it, lest all the world's come at midnight. */
  add(observed: ObservedMessage, mostDelayMs: number): void {
    const dayMs = dayOf(this.#world.clock.nowMs());
    const row = JSON.stringify(observed.row);
    const key = `${dayMs} ${observed.policyDomain} ${row}`;
    const known = this.#waiting.get(key);
    if (known === undefined && this.#waiting.size >= MOST_WAITING) {
      this.#dropped += 1;
      return;
    }
    const dueMs = known?.dueMs ?? dayMs + DAY_MS + AFTER_MIDNIGHT_MS + this.#share(mostDelayMs);
    this.#waiting.set(key, { ...observed, row, dayMs, dueMs, count: (known?.count ?? 0) + 1 });
    this.#alarm ??= this.#world.alarm.after(FLUSH_AFTER_MS, () => void this.flush());
  }

  /** Everything so far is in the store when it resolves, or is lost and said so. Never throws. */
  async flush(): Promise<void> {
    await this.#writing;
    if (this.#waiting.size > 0) this.#writing ??= this.#write();
    await this.#writing;
  }

  async #write(): Promise<void> {
    this.#alarm?.[Symbol.dispose]();
    this.#alarm = undefined;
    const batch = [...this.#waiting.values()];
    this.#waiting = new Map();
    let reason = '';
    for (let at = 0; at < batch.length; at += MOST_AT_ONCE) {
      const sums = batch.slice(at, at + MOST_AT_ONCE);
      try {
        await this.#world.store.addSums(sums);
      } catch (error) {
        this.#dropped += sums.reduce((total, { count }) => total + count, 0);
        reason = `: ${messageOf(error)}`;
      }
    }
    this.#writing = undefined;
    if (this.#dropped === 0) return;
    this.#world.log.write('warn', 'reports', `${this.#dropped} messages will not be in DMARC reports${reason}`);
    this.#dropped = 0;
  }

  #share(mostMs: number): number {
    return Math.floor((this.#world.randomness.bytes(4).readUInt32BE() / 2 ** 32) * mostMs);
  }
}

function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS;
}
