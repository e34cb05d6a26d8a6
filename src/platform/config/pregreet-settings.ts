// The test before the greeting, as Postfix's postscreen has it: programs that send spam talk before they are greeted.

import { z } from 'zod';
import { count, seconds, textLike } from './setting-kinds.ts';

export const pregreetSettings = {
  postscreen_greet_wait: seconds('0s').describe(
    'How long strangers on port 25 wait for the greeting, with its first line before their eyes; 0s: nobody waits. Postscreen’s own value is 6s. `mynetworks` do not wait.',
  ),
  postscreen_greet_action: z
    .enum(['ignore', 'enforce', 'drop'])
    .default('enforce')
    .describe('What becomes of who talks first: it is logged; it is refused with 550; the connection ends with 521.'),
  postscreen_greet_banner: textLike(/^[\x20-\x7e]*$/, 'banner-form')
    .optional()
    .describe('The first line that is shown to who waits, without its `220-`; empty: none. Default: as the greeting.'),
  postscreen_greet_ttl: seconds('1d').describe('How long who passed does not wait again.'),
  postscreen_cache_limit: count()
    .default(100_000)
    .describe('How many clients that passed are remembered, in memory. (Ours.)'),
};
