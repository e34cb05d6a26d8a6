// The machine's own time.

import type { Clock } from '#mail/ports/clock.ts';

export const systemClock: Clock = { nowMs: () => Date.now() };

/** Goes on evenly when somebody sets the machine's clock: for limits, pauses and durations, never for dates. */
export const steadyClock: Clock = { nowMs: () => performance.timeOrigin + performance.now() };
