// Long work of one session gives way to the others: between two steps of it, `pause` says whether to wait a turn.

import type { Pause } from '#mail/search/body-search.ts';
import { TURN_MS } from './limits.ts';

export function openPause(): Pause {
  let turnEndsAt = performance.now() + TURN_MS;
  return () => {
    if (performance.now() < turnEndsAt) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        turnEndsAt = performance.now() + TURN_MS;
        resolve();
      });
    });
  };
}
