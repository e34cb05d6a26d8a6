// Signatures, away from the event loop: an RSA operation takes most of a millisecond. All of one message are one job.

import { WorldError } from '#base/world-error.ts';
import { type JobThreadLimits, JobThreads, USUAL_THREADS } from '#platform/machine/job-threads.ts';
import type { SigningAnswer, SigningJob } from './signing-worker.ts';

/** So many messages wait for a thread; each is a session that waits for its reply. */
const DEFAULT_SIGNING_THREAD_LIMITS: JobThreadLimits = { threads: USUAL_THREADS, waitingJobs: 2_000 };

export class SigningThreads implements AsyncDisposable {
  readonly #threads: JobThreads<SigningJob, SigningAnswer>;

  constructor(limits = DEFAULT_SIGNING_THREAD_LIMITS) {
    this.#threads = new JobThreads(new URL('./signing-worker.ts', import.meta.url), limits);
  }

  /** Throws WorldError. */
  async sign(job: SigningJob): Promise<readonly Buffer[]> {
    const answer = await this.#threads.perform(job);
    if (answer === 'unavailable') throw new WorldError('sign: too many messages wait for it', { transient: true });
    if (typeof answer === 'string') throw new WorldError('sign', { transient: true, cause: new Error(answer) });
    return answer.map((signature) => Buffer.from(signature));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#threads[Symbol.asyncDispose]();
  }
}
