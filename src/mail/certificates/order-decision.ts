// Whether a certificate is to be asked for now, and for which names.

import type { CertificateFacts } from './certificate-facts.ts';
import { coversHost } from './host-name.ts';
import { renewalMs } from './renewal.ts';
import type { RenewalWindow } from './renewal-advice.ts';

/** What is remembered of the last try, over restarts: authorities count failures, and so do we. */
export interface OrderAttempt {
  /** All that were asked for then. */
  readonly names: readonly string[];
  readonly atMs: number;
  /** Before this moment nothing is asked for these names again. */
  readonly nextMs: number;
  /** In a row; 0 after one that succeeded for some of the names. */
  readonly failures: number;
  readonly text: string;
}

export interface OrderQuestion {
  /** Those that lead here. */
  readonly names: readonly string[];
  readonly held: CertificateFacts | undefined;
  readonly attempt: OrderAttempt | undefined;
  /** When its authority wants it to be renewed. */
  readonly window?: RenewalWindow | undefined;
  readonly nowMs: number;
}

export type OrderDecision =
  | { readonly kind: 'order' }
  /** `undefined`: nothing is asked for until something changes. */
  | { readonly kind: 'wait'; readonly untilMs: number | undefined };

export function decideOrder({ names, held, attempt, window, nowMs }: OrderQuestion): OrderDecision {
  if (names.length === 0) return { kind: 'wait', untilMs: undefined };
  const isComplete = held !== undefined && names.every((name) => coversHost(held.names, name));
  const dueMs = isComplete ? renewalMs(held, window) : nowMs;
  // A name that was not asked for then does not wait for those that failed.
  // One that was made in the future was made by a clock that was wrong.
  const isRepeated =
    attempt !== undefined && attempt.atMs <= nowMs && names.every((name) => attempt.names.includes(name));
  const untilMs = Math.max(dueMs, isRepeated ? attempt.nextMs : 0);
  return untilMs <= nowMs ? { kind: 'order' } : { kind: 'wait', untilMs };
}
