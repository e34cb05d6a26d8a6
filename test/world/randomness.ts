// Randomness that repeats itself: the same seed gives the same bytes, so that ids in tests are known.

import { createHash } from 'node:crypto';
import type { Randomness } from '#mail/ports/randomness.ts';

export function seededRandomness(seed: string | number = 'valija'): Randomness {
  let block = 0;
  let pool = Buffer.alloc(0);
  return {
    bytes(count) {
      while (pool.length < count) {
        pool = Buffer.concat([pool, createHash('sha256').update(`${seed}:${block++}`).digest()]);
      }
      const taken = Buffer.from(pool.subarray(0, count));
      pool = pool.subarray(count);
      return taken;
    },
  };
}
