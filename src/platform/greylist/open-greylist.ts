// The greylist, in a thread beside the event loop. Tries that come while a batch is out make up the next one.

import { WorldError } from '#base/world-error.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Greylist, GreylistAnswer, Triplet } from '#mail/ports/greylist.ts';
import type { Log } from '#mail/ports/log.ts';
import { OrderThread } from '#platform/machine/order-thread.ts';
import type { GreylistBounds } from './greylist-database.ts';
import type { TryOrder } from './greylist-thread.ts';

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
  readonly reject: (error: unknown) => void;
}

export class OpenGreylist implements Greylist, AsyncDisposable {
  /** May be changed at any time. */
  bounds: GreylistBounds;
  readonly #clock: Clock;
  readonly #thread: OrderThread<TryOrder, readonly GreylistAnswer[]>;
  readonly #waiting: WaitingTry[] = [];
  #isOut = false;

  constructor({ file, clock, log }: GreylistWorld, bounds: GreylistBounds) {
    this.bounds = bounds;
    this.#clock = clock;
    this.#thread = new OrderThread({
      code: new URL('./greylist-thread.ts', import.meta.url),
      data: file,
      operation: 'greylist',
      mostWaiting: 1,
      report: (text) => log.write('warn', 'greylist', text),
    });
  }

  look(triplet: Triplet): Promise<GreylistAnswer> {
    if (this.#waiting.length >= MOST_WAITING) return Promise.reject(failed('too many wait for it'));
    const { promise, resolve, reject } = Promise.withResolvers<GreylistAnswer>();
    this.#waiting.push({ triplet, resolve, reject });
    if (!this.#isOut) void this.#send();
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { reject } of this.#waiting.splice(0)) reject(failed('the server stops'));
    await this.#thread[Symbol.asyncDispose]();
  }

  async #send(): Promise<void> {
    this.#isOut = true;
    while (this.#waiting.length > 0) {
      const out = this.#waiting.splice(0, MOST_IN_BATCH);
      const tries = out.map(({ triplet }) => triplet);
      try {
        const answers = await this.#thread.perform({ tries, nowMs: this.#clock.nowMs(), bounds: this.bounds });
        for (const [i, { resolve, reject }] of out.entries()) {
          const found = answers[i];
          if (found === undefined) reject(failed('no answer'));
          else resolve(found);
        }
      } catch (error) {
        for (const { reject } of out) reject(error);
      }
    }
    this.#isOut = false;
  }
}

function failed(message: string): WorldError {
  return new WorldError('greylist', { transient: true, cause: new Error(message) });
}
