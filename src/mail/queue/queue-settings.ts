// The queue's settings, by Postfix's names in `valija.toml`, and their defaults.

import type { NextHop } from './next-hop.ts';

export interface QueueSettings {
  /** minimal_backoff_time, maximal_backoff_time: the least and the most between two attempts. */
  readonly minimalBackoffMs: number;
  readonly maximalBackoffMs: number;
  /** queue_run_delay: how often we look for what nothing else wakes. */
  readonly queueRunDelayMs: number;
  /** maximal_queue_lifetime, bounce_queue_lifetime: the second for mail without a sender. 0: one attempt. */
  readonly maximalLifetimeMs: number;
  readonly bounceLifetimeMs: number;
  /** delay_warning_time; 0: no warnings. */
  readonly delayWarningMs: number;
  /** default_destination_concurrency_limit, initial_destination_concurrency. */
  readonly destinationConcurrencyLimit: number;
  readonly initialDestinationConcurrency: number;
  /** local_destination_concurrency_limit: also for the pipes and files of a user. */
  readonly localDestinationConcurrencyLimit: number;
  /** default_destination_concurrency_failed_cohort_limit: so many times the concurrency may fail in a row. */
  readonly failedCohortLimit: number;
  /** default_destination_rate_delay: the pause between two deliveries to one destination. */
  readonly destinationRateDelayMs: number;
  /** default_destination_recipient_limit: recipients of one delivery. */
  readonly destinationRecipientLimit: number;
  /** qmgr_message_active_limit: messages of the queue in memory. */
  readonly activeLimit: number;
  /** Deliveries at once, to all destinations together. */
  readonly deliveryLimit: number;
  /** How long a fresh message is tried from memory before it is kept. */
  readonly freshMs: number;
  /** Fresh messages in memory; what comes beyond is kept first and tried then. */
  readonly freshLimit: number;
  readonly freshBytesLimit: number;
  /** notify_classes has `2bounce`, and 2bounce_notice_recipient: who hears of mail that can neither go on nor back. */
  readonly doubleBounceRecipient: string | undefined;
  /** notify_classes has `bounce`, and bounce_notice_recipient: who gets a copy of what is returned, with the header alone. */
  readonly bounceNoticeRecipient: string | undefined;
  /** notify_classes has `delay`, and delay_notice_recipient: the same of delay warnings. */
  readonly delayNoticeRecipient: string | undefined;
}

const SECOND = 1_000;
const DAY = 24 * 60 * 60 * SECOND;

export const DEFAULT_QUEUE_SETTINGS: QueueSettings = {
  minimalBackoffMs: 300 * SECOND,
  maximalBackoffMs: 4_000 * SECOND,
  queueRunDelayMs: 300 * SECOND,
  maximalLifetimeMs: 5 * DAY,
  bounceLifetimeMs: 5 * DAY,
  delayWarningMs: 0,
  destinationConcurrencyLimit: 20,
  initialDestinationConcurrency: 5,
  localDestinationConcurrencyLimit: 2,
  failedCohortLimit: 1,
  destinationRateDelayMs: 0,
  destinationRecipientLimit: 50,
  activeLimit: 20_000,
  deliveryLimit: 500,
  freshMs: 5 * SECOND,
  freshLimit: 2_000,
  freshBytesLimit: 64 * 1024 * 1024,
  doubleBounceRecipient: undefined,
  bounceNoticeRecipient: undefined,
  delayNoticeRecipient: undefined,
};

type Carrying = NextHop['transport'];

/** What belongs to one user is carried one recipient at a time, as Postfix's local(8) does. */
const ONE_USERS: ReadonlySet<Carrying> = new Set(['local', 'pipe', 'file']);

export function recipientLimit(settings: QueueSettings, transport: Carrying): number {
  return ONE_USERS.has(transport) ? 1 : settings.destinationRecipientLimit;
}

export function concurrencyLimit(settings: QueueSettings, transport: Carrying): number {
  return ONE_USERS.has(transport) ? settings.localDestinationConcurrencyLimit : settings.destinationConcurrencyLimit;
}
