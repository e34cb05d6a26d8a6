// {PLAIN}: the secret itself. Verified because imported directories have it; never made here.

import { createHash } from 'node:crypto';
import { err, ok, type Result } from '#base/result.ts';
import { equalOctets, type KeptSecret, type PasswordScheme } from './scheme.ts';

const MOST_OCTETS = 1_000;

export const plain: PasswordScheme = {
  name: 'PLAIN',
  isCheap: true,

  parse(encoded): Result<KeptSecret, string> {
    const octets = Buffer.byteLength(encoded);
    if (octets === 0 || octets > MOST_OCTETS) return err(`it has ${octets} octets, not 1…${MOST_OCTETS}`);
    // Digests are compared so that the time tells nothing of the length either.
    return ok({ matches: (secret) => equalOctets(digest(secret), digest(encoded)) });
  },
};

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
