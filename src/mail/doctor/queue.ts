// How long does mail wait? A message that is tried for half of its life tells of something that does not mend itself.

import { formatDuration } from '#base/duration.ts';
import { type DoctorFinding, found } from './finding.ts';

export interface QueueFacts {
  readonly messages: number;
  readonly held: number;
  /** Of those that are not held. */
  readonly oldestMs: number | undefined;
  readonly nowMs: number;
  /** `maximal_queue_lifetime` */
  readonly lifetimeMs: number;
}

const HOUR_MS = 3_600_000;
/** Greylisting and restarts of others take less. */
const OLD_MS = 4 * HOUR_MS;

export function judgeQueue({ messages, held, oldestMs, nowMs, lifetimeMs }: QueueFacts): DoctorFinding {
  const ageMs = oldestMs === undefined ? 0 : Math.max(0, nowMs - oldestMs);
  const age = formatDuration(Math.floor(ageMs / HOUR_MS) * HOUR_MS);
  const values = { messages, held, age };
  if (ageMs > Math.max(OLD_MS, lifetimeMs / 2)) return found('queue-stuck', '', values);
  return found(ageMs > OLD_MS ? 'queue-old' : 'queue-fine', '', values);
}
