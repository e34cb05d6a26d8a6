// Waiting for what becomes true in another process: often, for long, and with a name for what was waited for in vain.

import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 90_000;
const LOOK_EVERY_MS = 20;

/** The first answer that is not `false`, `undefined` or `''`. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  patienceMs = PATIENCE_MS,
): Promise<NonNullable<T>> {
  for (const endMs = performance.now() + patienceMs; ; await delay(LOOK_EVERY_MS)) {
    const seen = await look();
    if (seen) return seen;
    if (performance.now() > endMs) throw new Error(`waited in vain: ${what}`);
  }
}
