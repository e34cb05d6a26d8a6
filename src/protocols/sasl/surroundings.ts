// What a mechanism is given when it starts: everything that it does not ask for step by step.

import type { FindChannelBinding } from './channel-binding.ts';
import type { TokenHints } from './token-refusal.ts';

export interface SaslSurroundings {
  /** Printable ASCII without commas, fresh at each call. */
  readonly freshNonce: () => string;
  /** Where mechanisms that bind the channel were offered. */
  readonly channelBinding: FindChannelBinding | undefined;
  /** Where tokens are issued, for a client whose token will not do. */
  readonly tokenHints: TokenHints;
}
