// A password thread's own code: one job at a time, answered in order. See `password-threads.ts`.

import { parentPort } from 'node:worker_threads';
import { unreachable } from '#base/unreachable.ts';
import { hashSecret, type NewHashes, verifySecret } from './schemes.ts';

export type PasswordJob =
  | { readonly kind: 'verify'; readonly hash: string; readonly forms: readonly string[] }
  | { readonly kind: 'hash'; readonly secret: string };

export type PasswordAnswer =
  | { readonly kind: 'verified'; readonly matches: boolean }
  | { readonly kind: 'hashed'; readonly hashes: NewHashes };

parentPort?.on('message', (job: PasswordJob) => parentPort?.postMessage(perform(job)));

function perform(job: PasswordJob): PasswordAnswer {
  switch (job.kind) {
    case 'verify':
      return { kind: 'verified', matches: job.forms.some((secret) => verifySecret(job.hash, secret)) };
    case 'hash':
      return { kind: 'hashed', hashes: hashSecret(job.secret) };
    default:
      return unreachable(job);
  }
}
