// How long mail that leaves is tried, how much of it at once, and what its senders are told. Postfix's names and defaults.

import { z } from 'zod';
import { CONVERSATION_CLASSES } from './notice-classes.ts';
import { count, limit, seconds } from './setting-kinds.ts';

export const queueSettings = {
  minimal_backoff_time: seconds('300s').describe(
    'The least time between two attempts for a message; it doubles from attempt to attempt.',
  ),
  maximal_backoff_time: seconds('4000s').describe('The most time between two attempts for a message.'),
  queue_run_delay: seconds('300s').describe('How often the queue is looked through for what nothing else wakes.'),
  maximal_queue_lifetime: seconds('5d').describe('How long a message is tried before it is returned; 0: one attempt.'),
  bounce_queue_lifetime: seconds('5d').describe('The same for bounces, which are then given up.'),
  delay_warning_time: seconds('0h').describe('When the sender is told that a message is still waiting; 0: never.'),
  default_destination_concurrency_limit: count().default(20).describe('Deliveries to one destination at once.'),
  initial_destination_concurrency: count()
    .default(5)
    .describe('Where a destination begins; success raises it, failure lowers it.'),
  local_destination_concurrency_limit: count()
    .default(2)
    .describe('Deliveries at once to one user of the machine, their pipes and files.'),
  default_destination_concurrency_failed_cohort_limit: count()
    .default(1)
    .describe('So many times the concurrency may fail in a row before the destination is left alone for a while.'),
  default_destination_rate_delay: seconds('0s').describe('The pause between two deliveries to one destination.'),
  default_destination_recipient_limit: count().default(50).describe('Recipients of one delivery.'),
  qmgr_message_active_limit: count()
    .default(20_000)
    .describe('Messages of the queue in memory; the others wait on the disk.'),
  bounce_size_limit: limit()
    .default(50_000)
    .describe('The largest message that is returned whole, in bytes; of larger ones the header is.'),
  bounce_languages: z
    .array(z.enum(['en', 'es']))
    .min(1)
    .default(['en', 'es'])
    .describe('The languages that bounces speak, in their order.'),
  notify_classes: z
    .array(z.enum(['bounce', '2bounce', 'delay', ...CONVERSATION_CLASSES]))
    .default([])
    .describe(
      'What the postmaster hears of: "bounce" what is returned and "delay" what is late, with the header alone; "2bounce" what can neither go on nor back. Postfix\'s "policy", "protocol", "resource", "software" and "data" are known and send nothing: what happened in a conversation stands in the log and in `valija why`.',
    ),
  bounce_notice_recipient: z.string().min(1).default('postmaster').describe('Who hears of "bounce".'),
  '2bounce_notice_recipient': z.string().min(1).default('postmaster').describe('Who hears of "2bounce".'),
  delay_notice_recipient: z.string().min(1).default('postmaster').describe('Who hears of "delay".'),
};
