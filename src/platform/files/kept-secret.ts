// A random secret that outlives restarts: made once, in a file for its owner only.

import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeAtomically } from './atomic-write.ts';

export const KEPT_SECRET_BYTES = 32;

export function keptSecret(file: string): Buffer {
  try {
    const kept = readFileSync(file);
    if (kept.length === KEPT_SECRET_BYTES) return kept;
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause;
  }
  const made = randomBytes(KEPT_SECRET_BYTES);
  mkdirSync(dirname(file), { recursive: true, mode: 0o750 });
  writeAtomically(file, made);
  return made;
}
