// A clock that stands still until a test moves it.

import type { Clock } from '#mail/ports/clock.ts';

export interface FixedClock extends Clock {
  advance(ms: number): void;
}

/** Sat, 21 Nov 2026 10:00:00 +0000 unless told otherwise. */
export function fixedClock(startMs: number = Date.UTC(2026, 10, 21, 10, 0, 0)): FixedClock {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    advance(ms) {
      nowMs += ms;
    },
  };
}
