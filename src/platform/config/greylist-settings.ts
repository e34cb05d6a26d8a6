// Greylisting (`check_greylist`): what is remembered of strangers' first tries, and whom it passes by. Postgrey's options,
// whose names stand behind the descriptions.

import { z } from 'zod';
import { count, limit, seconds, textLike } from './setting-kinds.ts';

export const greylistSettings = {
  greylist_delay: seconds('300s').describe('How long after its first try a triplet is let in (--delay).'),
  greylist_retry_window: seconds('2d').describe('A first try older than this counts no more (--retry-window).'),
  greylist_max_age: seconds('35d').describe('What was not seen for so long is forgotten (--max-age).'),
  greylist_auto_whitelist_clients: limit()
    .default(5)
    .describe(
      'A client of which so many triplets were let in, one an hour at most, is not asked any more; 0 is never (--auto-whitelist-clients).',
    ),
  greylist_ipv4_prefix: z
    .int()
    .min(8)
    .max(32)
    .default(24)
    .describe('Clients of one such IPv4 network are one: servers take turns (--ipv4cidr).'),
  greylist_ipv6_prefix: z
    .int()
    .min(16)
    .max(128)
    .default(64)
    .describe('Clients of one such IPv6 network are one (--ipv6cidr).'),
  greylist_whitelist_clients: z
    .array(textLike(/^\.?[A-Za-z0-9_.:/[\]-]+$/, 'greylist-clients-form'))
    .default([])
    .describe(
      'Clients that are let in at once: addresses, networks, and host names, which stand for the hosts below them, too (--whitelist-clients).',
    ),
  greylist_whitelist_recipients: z
    .array(textLike(/^[^@\s]*@?[^@\s]*$/, 'greylist-recipients-form'))
    .default(['postmaster@', 'abuse@'])
    .describe(
      'Recipients whose mail is let in at once: addresses, `user@` in every domain, domains (--whitelist-recipients).',
    ),
  greylist_cache_limit: count()
    .default(500_000)
    .describe('How many triplets are remembered, and as many clients; those that never came again go first.'),
};
