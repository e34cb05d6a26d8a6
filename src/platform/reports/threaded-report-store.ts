// The store of reports, in a thread beside the event loop; it begins with the first order, so that who has no reports has
// none. Orders go out and answers come back in the same order.

import { Worker } from 'node:worker_threads';
import { WorldError } from '#base/world-error.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Log } from '#mail/ports/log.ts';
import type { ReportStore } from '#mail/ports/report-store.ts';
import type { ReportBounds } from './report-database.ts';
import { type ReportOrder, storeOf } from './report-order.ts';
import type { OrderInThread, ThreadAnswer } from './report-thread.ts';

export interface ReportStoreWorld {
  readonly file: string;
  /** Of the wall: what is kept outlives the server. */
  readonly clock: Clock;
  readonly log: Log;
  readonly bounds: () => ReportBounds;
}

const MOST_WAITING = 1_000;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: WorldError) => void;
}

export class ReportThread implements AsyncDisposable {
  readonly store: ReportStore = storeOf((order) => this.#perform(order));
  readonly #world: ReportStoreWorld;
  readonly #waiting: Waiting[] = [];
  #worker: Worker | undefined;

  constructor(world: ReportStoreWorld) {
    this.#world = world;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const worker = this.#worker;
    this.#lose(worker, 'the server stops');
    await worker?.terminate();
  }

  #perform(order: ReportOrder): Promise<unknown> {
    if (this.#waiting.length >= MOST_WAITING) return Promise.reject(failed('too many wait for it'));
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const { clock, bounds } = this.#world;
    this.#worker ??= this.#start();
    this.#waiting.push({ resolve, reject });
    this.#worker.ref();
    this.#worker.postMessage({ order, nowMs: clock.nowMs(), bounds: bounds() } satisfies OrderInThread);
    return promise;
  }

  #start(): Worker {
    const worker = new Worker(new URL('./report-thread.ts', import.meta.url), { workerData: this.#world.file });
    worker.on('message', (answer: ThreadAnswer) => this.#hear(answer));
    worker.on('error', (error) => this.#lose(worker, error.message));
    worker.on('exit', () => this.#lose(worker, 'its thread ended'));
    return worker;
  }

  #hear(answer: ThreadAnswer): void {
    if (answer.kind === 'report') {
      this.#world.log.write('warn', 'reports', answer.text);
      return;
    }
    const waiting = this.#waiting.shift();
    if (answer.kind === 'done') waiting?.resolve(answer.value);
    else waiting?.reject(failed(answer.message));
    if (this.#waiting.length === 0) this.#worker?.unref();
  }

  /** Whoever waits is told; the next order starts a new thread. */
  #lose(worker: Worker | undefined, message: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.splice(0)) reject(failed(message));
  }
}

function failed(message: string): WorldError {
  return new WorldError('reports', { transient: true, cause: new Error(message) });
}
