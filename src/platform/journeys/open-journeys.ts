// Journeys, written in batches by a thread beside the event loop, never on the acknowledged path: recording puts an event
// in a list, and a moment later the list goes to the thread. One batch is out at a time; when the disk cannot follow,
// events beyond a limit are counted and dropped, and the log says so. What `why` asks for is flushed first.

import { Worker } from 'node:worker_threads';
import { WorldError } from '#base/world-error.ts';
import type { JourneyEvent, RecordedEvent } from '#mail/journey/event.ts';
import type { StorySearch } from '#mail/journey/story-search.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { FoundStories, JourneyArchive, JourneyLog } from '#mail/ports/journey-log.ts';
import type { Log } from '#mail/ports/log.ts';
import type { JourneyBounds } from './journey-database.ts';
import { makeJourneyPiece } from './journey-piece.ts';
import type { JourneyAnswer, JourneyOrder, ThreadSettings } from './journey-thread.ts';

export interface JourneySettings extends JourneyBounds {
  /** Events that wait for the disk; more are dropped. */
  readonly maxWaitingEvents: number;
  /** How long an event may wait for company. */
  readonly flushAfterMs: number;
}

export const DEFAULT_JOURNEY_SETTINGS: JourneySettings = {
  maxAgeMs: 30 * 24 * 60 * 60 * 1000,
  maxBytes: 1_073_741_824,
  maxWaitingEvents: 100_000,
  flushAfterMs: 200,
};

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
  readonly #thread: JourneyThread;
  #waiting = new Map<string, RecordedEvent[]>();
  #waitingEvents = 0;
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  constructor(path: string, clock: Clock, log: Log, settings: JourneySettings) {
    this.#clock = clock;
    this.#log = log;
    this.#settings = settings;
    this.#thread = new JourneyThread({ path, bounds: settings }, (text) => log.write('warn', 'journeys', text));
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
    const answer = await this.#thread.perform({ kind: 'find', search });
    if (answer.kind === 'found') return answer.found;
    const cause = new Error(answer.kind === 'failed' ? answer.message : 'no answer');
    throw new WorldError('searching the journeys', { transient: true, cause });
  }

  async flush(): Promise<void> {
    // What is out already, and one batch more: with those behind it `why` has nothing to do.
    await this.#writing;
    if (this.#waiting.size > 0) this.#writing ??= this.#writeBatch();
    await this.#writing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush();
    await this.#thread.close();
  }

  async #writeBatch(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#waiting;
    this.#waiting = new Map();
    this.#waitingEvents = 0;
    const pieces = [...batch].map(([key, events]) => makeJourneyPiece(key, events));
    const answer = await this.#thread.perform({ kind: 'write', pieces, nowMs: this.#clock.nowMs() });
    this.#writing = undefined;
    if (answer.kind === 'failed') this.#dropped += [...batch.values()].reduce((sum, { length }) => sum + length, 0);
    if (this.#dropped === 0) return;
    const reason = answer.kind === 'failed' ? `: ${answer.message}` : '';
    this.#log.write('warn', 'journeys', `${this.#dropped} events could not be kept${reason}`);
    this.#dropped = 0;
  }
}

/** Orders go out and answers come back in the same order. A thread that nobody waits for keeps no process alive. */
class JourneyThread {
  readonly #settings: ThreadSettings;
  readonly #report: (text: string) => void;
  readonly #awaited: ((answer: JourneyAnswer) => void)[] = [];
  #worker: Worker | undefined;

  constructor(settings: ThreadSettings, report: (text: string) => void) {
    this.#settings = settings;
    this.#report = report;
  }

  perform(order: JourneyOrder): Promise<JourneyAnswer> {
    const { promise, resolve } = Promise.withResolvers<JourneyAnswer>();
    this.#worker ??= this.#start();
    this.#awaited.push(resolve);
    this.#worker.ref();
    this.#worker.postMessage(order);
    return promise;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL('./journey-thread.ts', import.meta.url), { workerData: this.#settings });
    worker.on('message', (answer: JourneyAnswer) => {
      if (answer.kind === 'report') this.#report(answer.text);
      else this.#settle(answer);
    });
    worker.on('error', (error) => this.#lose(worker, error.message));
    worker.on('exit', () => this.#lose(worker, 'the thread ended'));
    return worker;
  }

  #settle(answer: JourneyAnswer): void {
    this.#awaited.shift()?.(answer);
    if (this.#awaited.length === 0) this.#worker?.unref();
  }

  /** Whoever waits is told; the next order starts a new thread. */
  #lose(worker: Worker, message: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const settle of this.#awaited.splice(0)) settle({ kind: 'failed', message });
  }
}
