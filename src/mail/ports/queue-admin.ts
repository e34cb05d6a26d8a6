// What an administrator sees of the queue, and does to it: plain data, for the command line and later the admin page.

import type { RecipientEnd } from '#mail/queue/recipient-progress.ts';

/** Postfix's queues: being delivered now, never tried yet, tried and waiting, on hold. */
export const QUEUE_STATES = ['active', 'incoming', 'deferred', 'hold'] as const;
export type QueueState = (typeof QUEUE_STATES)[number];

/** All that is given must be true. */
export interface QueueFilter {
  /** The envelope sender, any case; `` is the null sender. */
  readonly sender?: string;
  /** A recipient's address, now or as the sender wrote it; any case. */
  readonly recipient?: string;
  /** The domain of a recipient. */
  readonly domain?: string;
  readonly arrivedBeforeMs?: number;
  readonly state?: QueueState;
}

export interface QueuedRecipientListing {
  readonly address: string;
  readonly original: string;
  /** `smtp:example.org`. */
  readonly destination: string;
  readonly attempts: number;
  /** Absent where it is done, and only its report is not yet on its way. */
  readonly nextAttemptMs?: number;
  readonly lastAttemptMs?: number;
  readonly status?: string;
  /** Why it waits. */
  readonly reason?: string;
  readonly end?: RecipientEnd;
}

export interface QueuedMessageListing {
  readonly queueId: string;
  readonly state: QueueState;
  readonly arrivedMs: number;
  readonly sender: string;
  readonly origin: string;
  readonly sizeBytes: number;
  /** When it is returned to its sender, if nothing changes. */
  readonly expiresMs: number;
  /** Those that are not done. */
  readonly recipients: readonly QueuedRecipientListing[];
}

export interface DestinationListing {
  readonly destination: string;
  /** Deliveries that run, and that wait in memory for their turn. */
  readonly active: number;
  readonly waiting: number;
  /** How many may run at once, by what the destination showed. */
  readonly concurrency: number;
  /** Until then nothing is tried, and why. */
  readonly suspendedUntilMs?: number;
  readonly reason?: string;
}

export interface QueueCounts {
  readonly messages: number;
  readonly recipients: number;
  readonly held: number;
  /** Messages in memory: being delivered, or next in turn. */
  readonly active: number;
}

export type QueueSelection = { readonly queueIds: readonly string[] } | { readonly filter: QueueFilter };

export const QUEUE_ACTIONS = ['retry', 'hold', 'release', 'delete', 'bounce'] as const;
export type QueueAction = (typeof QUEUE_ACTIONS)[number];

export interface QueueAdmin {
  /** In the order of ids, which is that of arrival, behind `afterId`. */
  list(filter: QueueFilter, afterId: string, limit: number): Promise<QueuedMessageListing[]>;
  show(queueId: string): Promise<QueuedMessageListing | undefined>;
  counts(): Promise<QueueCounts>;
  /** The busiest ones. */
  destinations(limit: number): Promise<DestinationListing[]>;
  /** How many messages it concerned. */
  act(action: QueueAction, selection: QueueSelection): Promise<number>;
  /** Everything that waits is tried now, wherever it goes. */
  flush(): Promise<void>;
}
