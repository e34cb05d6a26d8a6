// The greylist, in a thread beside the event loop. Tries that come while a batch is out make up the next one; the thread
// begins with the first try, so that who does not greylist has none.

import { Worker } from 'node:worker_threads';
import { WorldError } from '#base/world-error.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Greylist, GreylistAnswer, Triplet } from '#mail/ports/greylist.ts';
import type { Log } from '#mail/ports/log.ts';
import type { GreylistBounds } from './greylist-database.ts';
import type { ThreadAnswer, TryOrder } from './greylist-thread.ts';

/** Tries that wait for the disk; who comes then is told to come later. */
const MOST_WAITING = 10_000;
const MOST_IN_BATCH = 1_000;

export interface GreylistWorld {
  readonly file: string;
  /** Of the wall: what is remembered outlives the server. */
  readonly clock: Clock;
  readonly log: Log;
}

interface WaitingTry {
  readonly triplet: Triplet;
  readonly resolve: (answer: GreylistAnswer) => void;
  readonly reject: (error: WorldError) => void;
}

export class OpenGreylist implements Greylist, AsyncDisposable {
  /** May be changed at any time. */
  bounds: GreylistBounds;
  readonly #world: GreylistWorld;
  #worker: Worker | undefined;
  #waiting: WaitingTry[] = [];
  #out: WaitingTry[] = [];

  constructor(world: GreylistWorld, bounds: GreylistBounds) {
    this.#world = world;
    this.bounds = bounds;
  }

  look(triplet: Triplet): Promise<GreylistAnswer> {
    if (this.#waiting.length >= MOST_WAITING) return Promise.reject(failed('too many wait for it'));
    const { promise, resolve, reject } = Promise.withResolvers<GreylistAnswer>();
    this.#waiting.push({ triplet, resolve, reject });
    this.#send();
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const worker = this.#worker;
    this.#lose(worker, 'the server stops');
    await worker?.terminate();
  }

  #send(): void {
    if (this.#out.length > 0 || this.#waiting.length === 0) return;
    this.#out = this.#waiting.splice(0, MOST_IN_BATCH);
    this.#worker ??= this.#start();
    this.#worker.ref();
    const tries = this.#out.map(({ triplet }) => triplet);
    this.#worker.postMessage({ tries, nowMs: this.#world.clock.nowMs(), bounds: this.bounds } satisfies TryOrder);
  }

  #start(): Worker {
    const worker = new Worker(new URL('./greylist-thread.ts', import.meta.url), { workerData: this.#world.file });
    worker.on('message', (answer: ThreadAnswer) => this.#hear(answer));
    worker.on('error', (error) => this.#lose(worker, error.message));
    worker.on('exit', () => this.#lose(worker, 'its thread ended'));
    return worker;
  }

  #hear(answer: ThreadAnswer): void {
    if (answer.kind === 'report') {
      this.#world.log.write('warn', 'greylist', answer.text);
      return;
    }
    const out = this.#out;
    this.#out = [];
    for (const [i, { resolve, reject }] of out.entries()) {
      const found = answer.kind === 'answers' ? answer.answers[i] : undefined;
      if (found === undefined) reject(failed(answer.kind === 'failed' ? answer.message : 'no answer'));
      else resolve(found);
    }
    this.#send();
    if (this.#out.length === 0) this.#worker?.unref();
  }

  /** Whoever waits is told; the next try starts a new thread. */
  #lose(worker: Worker | undefined, message: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of [...this.#out.splice(0), ...this.#waiting.splice(0)]) reject(failed(message));
  }
}

function failed(message: string): WorldError {
  return new WorldError('greylist', { transient: true, cause: new Error(message) });
}
