// When a certificate is renewed, and when a failed renewal is tried again. Both with jitter, so that not all servers of the
// world come at the same minute; that of a renewal is the certificate's own, and survives restarts without being kept.

import type { CertificateFacts } from './certificate-facts.ts';
import type { RenewalWindow } from './renewal-advice.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Of the lifetime; certificates of 90 days are renewed in their last month, those of six days in their last two. */
const RENEW_AFTER = 2 / 3;
/** Of the lifetime, earlier. */
const RENEWAL_JITTER = 0.03;

/** Of the lifetime: an authority may ask for a renewal as late as this, and no later. */
const LATEST_RENEWAL = 0.9;
/** And no earlier: one that is never content must not have us ask without end. Of short lives, a tenth. */
const EARLIEST_RENEWAL_MS = 6 * HOUR_MS;
const EARLIEST_RENEWAL = 0.1;

/** Let's Encrypt counts five failures of a name in an hour. */
const FIRST_PAUSE_MS = 15 * MINUTE_MS;
const LONGEST_PAUSE_MS = DAY_MS;
/** Of the pause, longer. */
const PAUSE_JITTER = 0.25;

/** How many failures in a row are told to the postmaster: one alone is nothing, there is time left. */
export const WORRYING_FAILURES = 3;

/** `window`: what the authority wants, where it says so; in it each certificate has a moment of its own. RFC 9773 §4.2. */
export function renewalMs({ fromMs, untilMs, fingerprint }: CertificateFacts, window?: RenewalWindow): number {
  const share = Number.parseInt(fingerprint.slice(0, 8), 16) / 0xffff_ffff;
  const lifetimeMs = untilMs - fromMs;
  if (window === undefined) return Math.round(fromMs + lifetimeMs * (RENEW_AFTER - RENEWAL_JITTER * share));
  const wantedMs = window.startMs + (window.endMs - window.startMs) * share;
  const leastMs = Math.min(EARLIEST_RENEWAL_MS, lifetimeMs * EARLIEST_RENEWAL);
  return Math.round(fromMs + Math.min(Math.max(wantedMs - fromMs, leastMs), lifetimeMs * LATEST_RENEWAL));
}

/** `chance`: at least 0, below 1. `askedMs`: what the authority itself asked for. */
export function retryPauseMs(failures: number, chance: number, askedMs = 0): number {
  const doubled = FIRST_PAUSE_MS * 2 ** Math.min(Math.max(0, failures - 1), 20);
  const pause = Math.min(doubled, LONGEST_PAUSE_MS) * (1 + PAUSE_JITTER * chance);
  return Math.round(Math.max(pause, Math.min(askedMs, 7 * DAY_MS)));
}

/** Begun, never negative, days that are left. */
export function daysLeft(untilMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((untilMs - nowMs) / DAY_MS));
}
