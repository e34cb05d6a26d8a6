// Journeys, written in batches by a thread beside the event loop, never on the acknowledged path: recording puts an event
// in a list, and a moment later the list goes to the thread. One batch is out at a time; when the disk cannot follow,
// events beyond a limit are counted and dropped, and the log says so. What `why` asks for is flushed first.

import { messageOf } from '#base/thrown.ts';
import type { JourneyEvent, RecordedEvent } from '#mail/journey/event.ts';
import type { StorySearch } from '#mail/journey/story-search.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { FoundStories, JourneyArchive, JourneyLog } from '#mail/ports/journey-log.ts';
import type { Log } from '#mail/ports/log.ts';
import { OrderThread } from '#platform/machine/order-thread.ts';
import type { JourneyBounds } from './journey-database.ts';
import { type JourneyPiece, makeJourneyPiece } from './journey-piece.ts';
import type { JourneyOrder, JourneyValue, ThreadSettings } from './journey-thread.ts';

export interface JourneySettings extends JourneyBounds {
  /** Events that wait for the disk; more are dropped. */
  readonly maxWaitingEvents: number;
  /** How long an event may wait for company. */
  readonly flushAfterMs: number;
}

const DEFAULT_JOURNEY_SETTINGS: JourneySettings = {
  maxAgeMs: 30 * 24 * 60 * 60 * 1000,
  maxBytes: 1_073_741_824,
  maxWaitingEvents: 100_000,
  flushAfterMs: 200,
};

/** Searches that wait for the thread, and one batch. */
const MOST_ORDERS = 1_000;
/** To write a batch down takes the loop some 20 µs for each: it is done in slices, the thread's answer in between. */
const STORIES_IN_SLICE = 64;

export interface Journeys extends JourneyLog, JourneyArchive, AsyncDisposable {
  /** Everything recorded so far is in the database when it resolves. */
  flush(): Promise<void>;
}

export function openJourneys(path: string, clock: Clock, log: Log, settings: Partial<JourneySettings> = {}): Journeys {
  return new BatchedJourneys(path, clock, log, { ...DEFAULT_JOURNEY_SETTINGS, ...settings });
}

class BatchedJourneys implements Journeys {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #settings: JourneySettings;
  readonly #thread: OrderThread<JourneyOrder, JourneyValue>;
  #waiting = new Map<string, RecordedEvent[]>();
  #waitingEvents = 0;
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  constructor(path: string, clock: Clock, log: Log, settings: JourneySettings) {
    this.#clock = clock;
    this.#log = log;
    this.#settings = settings;
    this.#thread = new OrderThread({
      code: new URL('./journey-thread.ts', import.meta.url),
      data: { path, bounds: settings } satisfies ThreadSettings,
      operation: 'journeys',
      mostWaiting: MOST_ORDERS,
      report: (text) => log.write('warn', 'journeys', text),
    });
  }

  record(key: string, event: JourneyEvent): void {
    if (this.#waitingEvents >= this.#settings.maxWaitingEvents) {
      this.#dropped++;
      return;
    }
    const recorded = { key, atMs: this.#clock.nowMs(), event };
    const events = this.#waiting.get(key);
    if (events) events.push(recorded);
    else this.#waiting.set(key, [recorded]);
    this.#waitingEvents++;
    this.#timer ??= setTimeout(() => void this.flush(), this.#settings.flushAfterMs).unref();
  }

  async find(search: StorySearch): Promise<FoundStories> {
    await this.flush();
    return (await this.#thread.perform({ kind: 'find', search })) as FoundStories;
  }

  async flush(): Promise<void> {
    // What is out already, and one batch more: with those behind it `why` has nothing to do.
    await this.#writing;
    if (this.#waiting.size > 0) this.#writing ??= this.#writeBatch();
    await this.#writing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush();
    await this.#thread[Symbol.asyncDispose]();
  }

  async #writeBatch(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = [...this.#waiting];
    this.#waiting = new Map();
    this.#waitingEvents = 0;
    let reason: string | undefined;
    for (let first = 0; first < batch.length; first += STORIES_IN_SLICE) {
      const slice = batch.slice(first, first + STORIES_IN_SLICE);
      const failure = await this.#write(slice.map(([key, events]) => makeJourneyPiece(key, events)));
      if (failure === undefined) continue;
      reason = failure;
      this.#dropped += slice.reduce((sum, [, { length }]) => sum + length, 0);
    }
    this.#writing = undefined;
    if (this.#dropped === 0) return;
    this.#log.write('warn', 'journeys', `${this.#dropped} events could not be kept${reason ? `: ${reason}` : ''}`);
    this.#dropped = 0;
  }

  /** Why it could not be written; nothing where it was. */
  async #write(pieces: readonly JourneyPiece[]): Promise<string | undefined> {
    try {
      await this.#thread.perform({ kind: 'write', pieces, nowMs: this.#clock.nowMs() });
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }
}
