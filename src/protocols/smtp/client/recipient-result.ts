// What became of one recipient of a message, and what the server's answer means for it. RFC 5321 §4.2.1.

import { unreachable } from '#base/unreachable.ts';
import type { SessionFailure } from './failure.ts';
import type { RemoteReply } from './remote-reply.ts';

export type RecipientResult =
  /** Accepted or refused, by the reply to this command. */
  | { readonly kind: 'answered'; readonly by: 'MAIL' | 'RCPT' | 'DATA' | 'end-of-data'; readonly reply: RemoteReply }
  /** The conversation ended before an answer. */
  | { readonly kind: 'cut-off'; readonly failure: SessionFailure };

/** Only what stands behind the content accepts it; a code that is neither yes nor no is a fault that may pass. */
export function verdictOf(result: RecipientResult): 'delivered' | 'deferred' | 'failed' {
  switch (result.kind) {
    case 'answered':
      if (result.by === 'end-of-data' && result.reply.code < 300) return 'delivered';
      return result.reply.code >= 500 ? 'failed' : 'deferred';
    case 'cut-off':
      return 'deferred';
    default:
      return unreachable(result);
  }
}
