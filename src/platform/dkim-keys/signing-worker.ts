// A signing thread's own code: one message at a time, answered in order. See `signing-threads.ts`. RFC 8463 §3: what
// Ed25519 signs is the SHA-256 hash of the input, as if it were the message.

import { createHash, type KeyObject, sign } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { messageOf } from '#base/thrown.ts';
import { unreachable } from '#base/unreachable.ts';
import type { SigningAlgorithm } from '#protocols/dkim/algorithm.ts';

export interface SigningTask {
  readonly secretKey: KeyObject;
  readonly algorithm: SigningAlgorithm;
  readonly octets: Uint8Array;
}

export type SigningJob = readonly SigningTask[];
/** The signatures in their order, or what went wrong. */
export type SigningAnswer = readonly Uint8Array[] | string;

parentPort?.on('message', (job: SigningJob) => parentPort?.postMessage(perform(job)));

function perform(job: SigningJob): SigningAnswer {
  try {
    return job.map(signOne);
  } catch (cause) {
    return messageOf(cause);
  }
}

function signOne({ secretKey, algorithm, octets }: SigningTask): Uint8Array {
  switch (algorithm) {
    case 'rsa-sha256':
      return sign('sha256', octets, secretKey);
    case 'ed25519-sha256':
      return sign(null, createHash('sha256').update(octets).digest(), secretKey);
    default:
      return unreachable(algorithm);
  }
}
