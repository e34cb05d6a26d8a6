// What the server found when it attacked itself.

import type { Danger } from './danger.ts';

export interface AttackHit {
  readonly danger: Danger;
  /** The door it came through: `smtp`, `imap` … */
  readonly service: string;
  /** What was tried: `RCPT TO:<user%example@here>`. */
  readonly shape: string;
  /** What happened. */
  readonly outcome: string;
}

export interface AttackReport {
  readonly startedMs: number;
  readonly durationMs: number;
  /** Whom it passed itself off as. */
  readonly clientAddress: string;
  readonly tried: number;
  /** A few of each kind. */
  readonly hits: readonly AttackHit[];
  /** What could not be tried, and why. */
  readonly untried: readonly string[];
}
