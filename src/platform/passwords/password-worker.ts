// A password thread's own code: one job at a time, answered in order. See `password-threads.ts`.

import { parentPort } from 'node:worker_threads';
import { unreachable } from '#base/unreachable.ts';
import type { ScramHash } from '#protocols/sasl/step.ts';
import { hashSecret, type NewHashes, verifySecret } from './schemes.ts';
import { makeScramKeys } from './scram-keys.ts';

export type PasswordJob =
  | { readonly kind: 'verify'; readonly hash: string; readonly forms: readonly string[] }
  | { readonly kind: 'hash'; readonly secret: string }
  | ({ readonly kind: 'make-keys' } & KeysJob);

export type PasswordAnswer =
  | { readonly kind: 'verified'; readonly matches: boolean }
  | { readonly kind: 'hashed'; readonly hashes: NewHashes }
  /** A Buffer comes out of a thread as bare octets. */
  | { readonly kind: 'keys'; readonly storedKey: Uint8Array; readonly serverKey: Uint8Array };

export interface KeysJob {
  readonly secret: string;
  readonly hash: ScramHash;
  readonly salt: Buffer;
  readonly iterations: number;
}

parentPort?.on('message', (job: PasswordJob) => parentPort?.postMessage(perform(job)));

function perform(job: PasswordJob): PasswordAnswer {
  switch (job.kind) {
    case 'verify':
      return { kind: 'verified', matches: job.forms.some((secret) => verifySecret(job.hash, secret)) };
    case 'hash':
      return { kind: 'hashed', hashes: hashSecret(job.secret) };
    case 'make-keys': {
      const { hash, secret, salt, iterations } = job;
      const { storedKey, serverKey } = makeScramKeys(hash, secret, { salt, iterations });
      return { kind: 'keys', storedKey, serverKey };
    }
    default:
      return unreachable(job);
  }
}
