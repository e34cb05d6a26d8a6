// The machine's own timers. They run on the steady clock, and keep no process alive.

import type { Alarm } from '#mail/ports/alarm.ts';

/** Node's timers hold 31 bits; whoever is woken early looks at the clock and sets the next one. */
const LONGEST_MS = 2 ** 31 - 1;

export const systemAlarm: Alarm = {
  after: (delayMs, wake) => setTimeout(wake, Math.min(Math.max(0, delayMs), LONGEST_MS)).unref(),
};
