// Recipients verified by call-out: the server behind us is asked at RCPT. Postfix's parameters, but for the one that turns it
// on, which is a restriction there (`reject_unverified_recipient`).

import { z } from 'zod';
import { count, seconds } from './setting-kinds.ts';

export const verificationSettings = {
  relay_recipient_verification: z
    .boolean()
    .default(true)
    .describe(
      'Whether a stranger’s recipient in `relay_domains` is refused unless the next server would take it: it is asked at RCPT, and its answers are kept. Only where `relay_recipient_maps` are empty; off, all recipients are taken, and unknown ones bounce.',
    ),
  address_verify_sender: z
    .string()
    .optional()
    .describe(
      'The sender of such questions; empty: the null sender, which some servers refuse. Default: `double-bounce@myhostname`.',
    ),
  address_verify_positive_expire_time: seconds('31d').describe('How long a yes is believed.'),
  address_verify_positive_refresh_time: seconds('7d').describe('The age of a yes at which it is asked for again.'),
  address_verify_negative_expire_time: seconds('3d').describe('How long a no is believed.'),
  address_verify_negative_refresh_time: seconds('3h').describe('The age of a no at which it is asked for again.'),
  address_verify_poll_count: count()
    .default(3)
    .describe('How many times `address_verify_poll_delay` a client waits for an answer before it hears 450.'),
  address_verify_poll_delay: seconds('3s').describe('See `address_verify_poll_count`.'),
  address_verify_cache_limit: count()
    .default(10_000)
    .describe('How many recipients that exist are remembered, and as many that do not.'),
};
