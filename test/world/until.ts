// Waiting for what becomes true in another process: often, for long, and with a name for what was waited for in vain.

import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 90_000;
const LOOK_EVERY_MS = 20;

/** A server's log, once it says so: lines are written together, a moment later. */
export async function untilLogged(server: { log(): string }, words: RegExp): Promise<string> {
  return until(`the log to say ${words}`, () => {
    const log = server.log();
    return words.test(log) && log;
  });
}

type Nothing = false | undefined | '' | 0;

/** The first answer that is not `false`, `undefined`, `''` or 0. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  patienceMs = PATIENCE_MS,
): Promise<Exclude<T, Nothing>> {
  for (const endMs = performance.now() + patienceMs; ; await delay(LOOK_EVERY_MS)) {
    const seen = await look();
    if (isSomething(seen)) return seen;
    if (performance.now() > endMs) throw new Error(`waited in vain: ${what}`);
  }
}

function isSomething<T>(seen: T): seen is Exclude<T, Nothing> {
  return Boolean(seen);
}
