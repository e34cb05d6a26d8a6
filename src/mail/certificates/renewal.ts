// When a certificate is renewed, and when a failed renewal is tried again. Both with jitter, so that not all servers of the
// world come at the same minute; that of a renewal is the certificate's own, and survives restarts without being kept.

import type { CertificateFacts } from './certificate-facts.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Of the lifetime; certificates of 90 days are renewed in their last month, those of six days in their last two. */
const RENEW_AFTER = 2 / 3;
/** Of the lifetime, earlier. */
const RENEWAL_JITTER = 0.03;

/** Let's Encrypt counts five failures of a name in an hour. */
const FIRST_PAUSE_MS = 15 * MINUTE_MS;
const LONGEST_PAUSE_MS = DAY_MS;
/** Of the pause, longer. */
const PAUSE_JITTER = 0.25;

/** How many failures in a row are told to the postmaster: one alone is nothing, there is time left. */
export const WORRYING_FAILURES = 3;

export function renewalMs({ fromMs, untilMs, fingerprint }: CertificateFacts): number {
  const share = Number.parseInt(fingerprint.slice(0, 8), 16) / 0xffff_ffff;
  return Math.round(fromMs + (untilMs - fromMs) * (RENEW_AFTER - RENEWAL_JITTER * share));
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
