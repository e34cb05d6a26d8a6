// A few threads for work that would stop the event loop, and must not stand in libuv's pool, where it would make every
// fsync wait. They are started when first needed, with one bounded queue before them: a full one is said at once, so that
// nobody waits behind a flood.

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

export interface JobThreadLimits {
  readonly threads: number;
  readonly waitingJobs: number;
}

/** One processor is left to the event loop. */
export const USUAL_THREADS = Math.max(1, Math.min(4, availableParallelism() - 1));

interface Ticket<Job, Answer> {
  readonly job: Job;
  readonly settle: (answer: Answer | 'unavailable') => void;
}

/** A thread answers each job with one message. One that nobody waits for does not keep the process alive. */
export class JobThreads<Job, Answer> implements AsyncDisposable {
  readonly #code: URL;
  readonly #limits: JobThreadLimits;
  readonly #waiting: Ticket<Job, Answer>[] = [];
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Ticket<Job, Answer>>();
  #closed = false;

  /** `code`: the module that a thread runs. */
  constructor(code: URL, limits: JobThreadLimits) {
    this.#code = code;
    this.#limits = limits;
  }

  perform(job: Job): Promise<Answer | 'unavailable'> {
    if (this.#closed || this.#waiting.length >= this.#limits.waitingJobs) return Promise.resolve('unavailable');
    const { promise, resolve } = Promise.withResolvers<Answer | 'unavailable'>();
    this.#waiting.push({ job, settle: resolve });
    this.#assign();
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
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
    const worker = new Worker(this.#code);
    worker.on('message', (answer: Answer) => this.#finish(worker, answer));
    // A thread that breaks (out of memory, a bug) takes its one job with it; the next job gets a new thread.
    worker.on('error', () => this.#lose(worker));
    worker.on('exit', () => this.#lose(worker));
    return worker;
  }

  #finish(worker: Worker, answer: Answer): void {
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
