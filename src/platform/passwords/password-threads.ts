// Hashing, away from the event loop: a flood of guesses is told «try again later».

import { type JobThreadLimits, JobThreads, USUAL_THREADS } from '#platform/machine/job-threads.ts';
import type { ScramVerifier } from '#protocols/sasl/step.ts';
import type { KeysJob, PasswordAnswer, PasswordJob } from './password-worker.ts';
import type { NewHashes } from './schemes.ts';

const DEFAULT_PASSWORD_THREAD_LIMITS: JobThreadLimits = { threads: USUAL_THREADS, waitingJobs: 128 };

export interface PasswordThreads extends AsyncDisposable {
  /** True when one of the forms matches. */
  verify(hash: string, forms: readonly string[]): Promise<boolean | 'unavailable'>;
  hash(secret: string): Promise<NewHashes | 'unavailable'>;
  makeScramKeys(of: KeysJob): Promise<ScramVerifier | 'unavailable'>;
}

export function openPasswordThreads(limits = DEFAULT_PASSWORD_THREAD_LIMITS): PasswordThreads {
  const code = new URL('./password-worker.ts', import.meta.url);
  const threads = new JobThreads<PasswordJob, PasswordAnswer>(code, limits);
  return {
    async verify(hash, forms) {
      const answer = await threads.perform({ kind: 'verify', hash, forms });
      return answer !== 'unavailable' && answer.kind === 'verified' ? answer.matches : 'unavailable';
    },
    async hash(secret) {
      const answer = await threads.perform({ kind: 'hash', secret });
      return answer !== 'unavailable' && answer.kind === 'hashed' ? answer.hashes : 'unavailable';
    },
    async makeScramKeys(of) {
      const answer = await threads.perform({ kind: 'make-keys', ...of });
      if (answer === 'unavailable' || answer.kind !== 'keys') return 'unavailable';
      const { storedKey, serverKey } = answer;
      const { salt, iterations } = of;
      return { salt, iterations, storedKey: Buffer.from(storedKey), serverKey: Buffer.from(serverKey) };
    },
    [Symbol.asyncDispose]: () => threads[Symbol.asyncDispose](),
  };
}
