// Another user of the same server: says NOOP again and again while something big is done, and remembers how long the
// longest answer took. A server that makes everybody wait for one is found out.

import type { ImapClient } from './imap-client.ts';
import { pause } from './program.ts';

const PAUSE_MS = 10;

export interface Bystander {
  /** Ends the watching; the longest wait since `start`. */
  stop(): Promise<number>;
}

export function startBystander(client: ImapClient): Bystander {
  let isWatching = true;
  let longestMs = 0;
  const watching = (async () => {
    while (isWatching) {
      const asked = performance.now();
      await client.command('NOOP');
      longestMs = Math.max(longestMs, performance.now() - asked);
      await pause(PAUSE_MS);
    }
  })();
  return {
    async stop() {
      isWatching = false;
      await watching;
      return longestMs;
    },
  };
}
