// The kernel's randomness.

import { randomBytes } from 'node:crypto';
import type { Randomness } from '#mail/ports/randomness.ts';

export const systemRandomness: Randomness = { bytes: (count) => randomBytes(count) };
