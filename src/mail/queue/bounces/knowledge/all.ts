// Everything known, in the order in which it is tried: what says more precisely why comes first, for a refusal because
// of SPF also says «rejected».

import { BLOCK_LISTS } from './block-lists.ts';
import { CONNECTIONS } from './connections.ts';
import { CONTENT } from './content.ts';
import type { KnownReply } from './known-reply.ts';
import { LIMITS } from './limits.ts';
import { POLICIES } from './policies.ts';
import { RECIPIENTS } from './recipients.ts';
import { SENDER_PROOF } from './sender-proof.ts';

export const KNOWN_REPLIES: readonly KnownReply[] = [
  ...SENDER_PROOF,
  ...RECIPIENTS,
  ...BLOCK_LISTS,
  ...LIMITS,
  ...CONNECTIONS,
  ...CONTENT,
  ...POLICIES,
];
