// One destination while anything for it is in memory: its waiting line, its concurrency, its pauses.

import type { Delivery } from './active-message.ts';
import { ConcurrencyWindow } from './concurrency-window.ts';
import type { NextHop } from './next-hop.ts';
import { OriginTurns } from './origin-turns.ts';
import { concurrencyLimit, type QueueSettings } from './queue-settings.ts';
import type { LastOutcome } from './recipient-progress.ts';

export interface Suspension {
  readonly untilMs: number;
  /** What the last failure said. */
  readonly outcome: LastOutcome;
  readonly alarm: Disposable;
}

export class Destination {
  readonly name: string;
  readonly waiting = new OriginTurns<Delivery>();
  readonly #transport: NextHop['transport'];
  window: ConcurrencyWindow;
  #rateDelayMs: number;
  readonly running = new Set<Delivery>();
  #notBeforeMs = 0;
  suspension: Suspension | undefined;
  /** The store has more for it that is due. */
  hasBacklog = false;
  /** Ids that left memory while the store was asked for more: its answer may be older than that. */
  leftMeanwhile: Set<string> | undefined;
  /** The last origin of what was loaded: the next load begins behind it. */
  lastOrigin = '';
  /** It stands in the line of destinations, or an alarm will put it there. */
  isLinedUp = false;

  constructor(name: string, transport: NextHop['transport'], settings: QueueSettings) {
    this.name = name;
    this.#transport = transport;
    this.#rateDelayMs = settings.destinationRateDelayMs;
    this.window = openWindow(transport, settings);
  }

  /** What was learnt of it is forgotten. */
  change(settings: QueueSettings): void {
    this.#rateDelayMs = settings.destinationRateDelayMs;
    this.window = openWindow(this.#transport, settings);
  }

  get active(): number {
    return this.running.size;
  }

  get isIdle(): boolean {
    return (
      this.active === 0 &&
      this.waiting.size === 0 &&
      this.suspension === undefined &&
      this.leftMeanwhile === undefined &&
      !this.hasBacklog &&
      !this.isLinedUp
    );
  }

  /** Milliseconds until the next delivery may begin: 0 is now; `undefined`: when something else has happened. */
  readyIn(nowMs: number): number | undefined {
    if (this.waiting.size === 0 || this.suspension !== undefined || this.active >= this.window.size) return undefined;
    // A clock that was set back must not stretch a pause.
    return Math.min(Math.max(0, this.#notBeforeMs - nowMs), this.#rateDelayMs);
  }

  begin(): Delivery | undefined {
    const delivery = this.waiting.take();
    if (delivery !== undefined) this.running.add(delivery);
    return delivery;
  }

  /** With a rate delay the pause counts from the end of a delivery, and there is one at a time. */
  end(delivery: Delivery, nowMs: number): void {
    this.running.delete(delivery);
    this.#notBeforeMs = nowMs + this.#rateDelayMs;
  }

  idsInMemory(): string[] {
    return [...this.waiting, ...this.running].map(({ active }) => active.envelope.queueId);
  }
}

function openWindow(transport: NextHop['transport'], settings: QueueSettings): ConcurrencyWindow {
  return new ConcurrencyWindow({
    initial: settings.initialDestinationConcurrency,
    limit: settings.destinationRateDelayMs > 0 ? 1 : concurrencyLimit(settings, transport),
    failedCohortLimit: settings.failedCohortLimit,
  });
}
