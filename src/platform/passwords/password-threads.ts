// Hashing, away from the event loop and from libuv's pool (where eight argon2 would make every fsync wait): a few
// threads, started when first needed, with one bounded queue before them. A full queue is said at once: the client
// hears «try again later» instead of waiting behind a flood of guesses.

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { PasswordAnswer, PasswordJob } from './password-worker.ts';
import type { NewHashes } from './schemes.ts';

export interface PasswordThreadLimits {
  readonly threads: number;
  readonly waitingJobs: number;
}

export const DEFAULT_PASSWORD_THREAD_LIMITS: PasswordThreadLimits = {
  threads: Math.max(1, Math.min(4, availableParallelism() - 1)),
  waitingJobs: 128,
};

export interface PasswordThreads extends AsyncDisposable {
  /** True when one of the forms matches. */
  verify(hash: string, forms: readonly string[]): Promise<boolean | 'unavailable'>;
  hash(secret: string): Promise<NewHashes | 'unavailable'>;
}

interface Ticket {
  readonly job: PasswordJob;
  readonly settle: (answer: PasswordAnswer | 'unavailable') => void;
}

/** A thread that nobody waits for does not keep the process alive. */
export function openPasswordThreads(limits = DEFAULT_PASSWORD_THREAD_LIMITS): PasswordThreads {
  const pool = new ThreadPool(limits);
  return {
    async verify(hash, forms) {
      const answer = await pool.perform({ kind: 'verify', hash, forms });
      return answer !== 'unavailable' && answer.kind === 'verified' ? answer.matches : 'unavailable';
    },
    async hash(secret) {
      const answer = await pool.perform({ kind: 'hash', secret });
      return answer !== 'unavailable' && answer.kind === 'hashed' ? answer.hashes : 'unavailable';
    },
    [Symbol.asyncDispose]: () => pool.close(),
  };
}

class ThreadPool {
  readonly #limits: PasswordThreadLimits;
  readonly #waiting: Ticket[] = [];
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Ticket>();
  #closed = false;

  constructor(limits: PasswordThreadLimits) {
    this.#limits = limits;
  }

  perform(job: PasswordJob): Promise<PasswordAnswer | 'unavailable'> {
    if (this.#closed || this.#waiting.length >= this.#limits.waitingJobs) return Promise.resolve('unavailable');
    const { promise, resolve } = Promise.withResolvers<PasswordAnswer | 'unavailable'>();
    this.#waiting.push({ job, settle: resolve });
    this.#assign();
    return promise;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const ticket of [...this.#waiting.splice(0), ...this.#busy.values()]) ticket.settle('unavailable');
    const workers = [...this.#idle.splice(0), ...this.#busy.keys()];
    this.#busy.clear();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #assign(): void {
    while (this.#waiting.length > 0 && this.#busy.size < this.#limits.threads) {
      const worker = this.#idle.pop() ?? this.#start();
      const ticket = this.#waiting.shift();
      if (ticket === undefined) return;
      this.#busy.set(worker, ticket);
      worker.ref();
      worker.postMessage(ticket.job);
    }
  }

  #start(): Worker {
    const worker = new Worker(new URL('./password-worker.ts', import.meta.url));
    worker.on('message', (answer: PasswordAnswer) => this.#finish(worker, answer));
    // A thread that breaks (out of memory, a bug) takes its one job with it; the next job gets a new thread.
    worker.on('error', () => this.#lose(worker));
    worker.on('exit', () => this.#lose(worker));
    return worker;
  }

  #finish(worker: Worker, answer: PasswordAnswer): void {
    const ticket = this.#busy.get(worker);
    this.#busy.delete(worker);
    if (!this.#closed) this.#idle.push(worker);
    worker.unref();
    ticket?.settle(answer);
    this.#assign();
  }

  #lose(worker: Worker): void {
    const ticket = this.#busy.get(worker);
    this.#busy.delete(worker);
    const place = this.#idle.indexOf(worker);
    if (place >= 0) this.#idle.splice(place, 1);
    ticket?.settle('unavailable');
    if (!this.#closed) this.#assign();
  }
}
