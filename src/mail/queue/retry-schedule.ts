// When a message is tried again, and when it is given up. As in Postfix it waits once more as long as it has waited, between
// the least and the most: 5, 10, 20, 40 minutes … A tenth at most is added by chance, so that what failed together does
// not come back together.

import type { Randomness } from '#mail/ports/randomness.ts';
import type { QueueSettings } from './queue-settings.ts';

/** The part of a delay that chance may add. */
const JITTER = 0.1;

export type Lifetimes = Pick<QueueSettings, 'maximalLifetimeMs' | 'bounceLifetimeMs'>;

type BackoffSettings = Pick<QueueSettings, 'minimalBackoffMs' | 'maximalBackoffMs'>;

/** A clock that was set back makes a message younger than new: it waits the least. */
export function nextAttempt(
  settings: BackoffSettings,
  arrivedMs: number,
  nowMs: number,
  randomness: Randomness,
): number {
  const { minimalBackoffMs, maximalBackoffMs } = settings;
  const backoffMs = Math.min(Math.max(nowMs - arrivedMs, minimalBackoffMs), maximalBackoffMs);
  const chance = randomness.bytes(2).readUInt16BE() / 0x10000;
  return Math.round(nowMs + backoffMs * (1 + JITTER * chance));
}

/** No next attempt is later than this: one that is was written under another clock. */
export function latestAttempt({ maximalBackoffMs }: BackoffSettings, nowMs: number): number {
  return nowMs + Math.ceil(maximalBackoffMs * (1 + JITTER)) + 1;
}

export function expiryTime(
  settings: Lifetimes,
  { arrivedMs, sender }: { readonly arrivedMs: number; readonly sender: string },
): number {
  return arrivedMs + (sender === '' ? settings.bounceLifetimeMs : settings.maximalLifetimeMs);
}
