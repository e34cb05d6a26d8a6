// The one place where a failing world becomes an IMAP reply: «later», and the detail only in the log. RFC 5530 §3.

import { WorldError } from '#base/world-error.ts';
import type { Log } from '#mail/ports/log.ts';
import type { SessionEvent } from '#protocols/imap/session.ts';

/** Rethrows what is no failure of the world, but the end of the connection or a bug of ours. */
export function replyToFailure(
  failure: unknown,
  log: Log,
  session: string,
): Extract<SessionEvent, { readonly kind: 'failed' }> {
  if (!(failure instanceof WorldError)) throw failure;
  log.write('error', 'imap', failure.message, { session });
  return failure.transient
    ? { kind: 'failed', code: 'UNAVAILABLE', message: 'The server cannot do that just now: try again later' }
    : { kind: 'failed', code: 'SERVERBUG', message: 'The server cannot do that' };
}
