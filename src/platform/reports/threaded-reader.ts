// Each report is read in a thread of its own, with a bound on its memory and on its time: what breaks there breaks nothing
// else, and nothing of it stays.

import { Worker } from 'node:worker_threads';
import { err, type Result } from '#base/result.ts';
import type { ReportFault, ReportReader } from '#mail/ports/report-reader.ts';
import type { ReceivedReport } from '#mail/reports/received-report.ts';
import type { ReadingLimits } from './read-report.ts';
import type { ReadingOrder } from './reading-thread.ts';

/** Twice what the largest report within the limits takes. */
const MOST_MEMORY_MB = 512;
const LONGEST_TIME_MS = 60_000;

type Outcome = Result<ReceivedReport, ReportFault>;

export class ThreadedReader implements ReportReader, AsyncDisposable {
  readonly #limits: () => ReadingLimits;
  readonly #working = new Set<Worker>();

  constructor(limits: () => ReadingLimits) {
    this.#limits = limits;
  }

  async read(octets: Buffer): Promise<Outcome> {
    const order: ReadingOrder = { message: octets, limits: this.#limits() };
    const worker = new Worker(new URL('./reading-thread.ts', import.meta.url), {
      workerData: order,
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
    });
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const giveUp = (reason: string) => resolve(err({ kind: 'unreadable', reason }));
    const timer = setTimeout(() => giveUp('it took too long'), LONGEST_TIME_MS);
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

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#working].map((worker) => worker.terminate()));
  }
}
