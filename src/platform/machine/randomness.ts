// The kernel's randomness, fetched in blocks: a queue id needs a few octets, and asking costs more than they do.

import { randomBytes } from 'node:crypto';
import type { Randomness } from '#mail/ports/randomness.ts';

const BLOCK_BYTES = 4096;
/** More than this is asked for by itself. */
const FEW_BYTES = 64;

let block = Buffer.alloc(0);

export const systemRandomness: Randomness = {
  bytes(count) {
    if (count > FEW_BYTES) return randomBytes(count);
    if (block.length < count) block = randomBytes(BLOCK_BYTES);
    const taken = Buffer.from(block.subarray(0, count));
    block = block.fill(0, 0, count).subarray(count);
    return taken;
  },
};
