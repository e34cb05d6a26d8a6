// How far one recipient of a queued message has come. Plain data: it stands in the queue's database, and its states are
// those of docs/queue-states.md.

import type { RemoteServer } from '#mail/ports/transport.ts';
import type { QueuedRecipient } from './queued-message.ts';

/** What became of a recipient that is done. */
export type RecipientEnd = 'delivered' | 'relayed' | 'expanded' | 'failed' | 'expired';

export type RecipientPhase =
  /** Not done: tried at once (`nextAttemptMs` is past), or later. */
  | { readonly phase: 'waiting'; readonly nextAttemptMs: number }
  /** Done; the report to the sender is not promised yet. */
  | { readonly phase: 'unreported'; readonly end: RecipientEnd }
  /** Done, and nobody is owed a word. */
  | { readonly phase: 'done' };

/** What the last attempt said. */
export interface LastOutcome {
  readonly kind: 'delivered' | 'deferred' | 'failed';
  readonly status: string;
  readonly text: string;
  readonly remote?: RemoteServer;
  readonly reply?: string;
  readonly passedDsn?: boolean;
}

export interface RecipientProgress {
  readonly state: RecipientPhase;
  /** Deliveries that were begun and came to an answer; it only grows. */
  readonly attempts: number;
  readonly firstAttemptMs: number | undefined;
  readonly lastAttemptMs: number | undefined;
  readonly outcome: LastOutcome | undefined;
}

/** A recipient with its place in the message, by which the queue knows it for life. */
export interface TrackedRecipient {
  readonly number: number;
  readonly recipient: QueuedRecipient;
  readonly progress: RecipientProgress;
}

/** As it comes to the queue. */
export function admitted(recipient: QueuedRecipient, number: number, nowMs: number): TrackedRecipient {
  const tracked = untried(recipient, number, nowMs);
  const { nextHop } = recipient;
  if (nextHop.transport !== 'done') return tracked;
  const { end, text } = nextHop;
  const outcome = { kind: 'delivered', status: '2.0.0', text } as const;
  return { ...tracked, progress: { ...tracked.progress, state: { phase: 'unreported', end }, outcome } };
}

export function untried(recipient: QueuedRecipient, number: number, nextAttemptMs: number): TrackedRecipient {
  return {
    number,
    recipient,
    progress: {
      state: { phase: 'waiting', nextAttemptMs },
      attempts: 0,
      firstAttemptMs: undefined,
      lastAttemptMs: undefined,
      outcome: undefined,
    },
  };
}
