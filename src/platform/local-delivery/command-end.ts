// How a command came to its end: by itself, or over its time. Once the process has ended, its exit status holds, however long
// its last words are waited for.

import type { ChildProcess } from 'node:child_process';

const LAST_WORDS_MS = 500;
const LONGEST_TIMER_MS = 0x7fff_ffff;

export interface CommandEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** It was ended by us. */
  readonly isOverTime: boolean;
}

/** `limitMs`: 0 for none. Throws where it could not be started. */
export function endOfCommand(child: ChildProcess, limitMs: number, kill: () => void): Promise<CommandEnd> {
  return new Promise((resolve, reject) => {
    let isKilled = false;
    const limit = setTimeout(() => {
      isKilled = true;
      kill();
    }, limitMs || LONGEST_TIMER_MS);
    child.on('error', (cause) => {
      clearTimeout(limit);
      reject(cause);
    });
    child.on('exit', (code, signal) => {
      clearTimeout(limit);
      // It may have ended by itself just before it was killed.
      const end = { code, signal, isOverTime: isKilled && code === null };
      // Its last words come, unless something that it left behind keeps the line open for ever.
      const timer = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve(end);
      }, LAST_WORDS_MS);
      child.on('close', () => {
        clearTimeout(timer);
        resolve(end);
      });
    });
  });
}
