// Each report is read in a thread of its own, with a bound on its memory and on its time: what breaks there breaks nothing
// else, and nothing of it stays.

import { Worker } from 'node:worker_threads';
import { err, type Result } from '#base/result.ts';
import type { ReportFault, ReportReader } from '#mail/ports/report-reader.ts';
import type { ReportRecord } from '#mail/reports/received-report.ts';
import type { ReadingLimits } from './read-report.ts';
import type { ReadingOrder } from './reading-thread.ts';

export interface ThreadLimits {
  readonly memoryMb: number;
  readonly timeMs: number;
}

/** Three times what the worst report within the limits takes: a thread that reaches it may end the process. */
const THREAD_LIMITS: ThreadLimits = { memoryMb: 512, timeMs: 60_000 };

type Outcome = Result<readonly ReportRecord[], ReportFault>;

export class ThreadedReader implements ReportReader, AsyncDisposable {
  readonly #limits: () => ReadingLimits;
  readonly #thread: ThreadLimits;
  readonly #working = new Set<Worker>();
  #isClosed = false;

  constructor(limits: () => ReadingLimits, thread: ThreadLimits = THREAD_LIMITS) {
    this.#limits = limits;
    this.#thread = thread;
  }

  async read(octets: Buffer): Promise<Outcome> {
    if (this.#isClosed) return err({ kind: 'unreadable', reason: 'the server stops' });
    const order: ReadingOrder = { message: octets, limits: this.#limits() };
    const worker = new Worker(new URL('./reading-thread.ts', import.meta.url), {
      workerData: order,
      resourceLimits: { maxOldGenerationSizeMb: this.#thread.memoryMb },
    });
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const giveUp = (reason: string) => resolve(err({ kind: 'unreadable', reason }));
    const timer = setTimeout(() => giveUp('it took too long'), this.#thread.timeMs);
    this.#working.add(worker);
    worker.once('message', resolve);
    worker.once('error', (error) => giveUp(error.message));
    worker.once('exit', () => giveUp('its thread ended'));
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#working.delete(worker);
      await worker.terminate();
    }
  }

  /** Those that wait are not read any more: they are in the mailbox, and a server that stops has no time for them. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#working].map((worker) => worker.terminate()));
  }
}
