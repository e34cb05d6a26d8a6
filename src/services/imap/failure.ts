// The one place where a failing world becomes an IMAP answer: «later», and the detail only in the log. RFC 5530 §3.

import { WorldError } from '#base/world-error.ts';
import type { Log } from '#mail/ports/log.ts';
import type { SessionEvent } from '#protocols/imap/session.ts';

/**
 * The client closed, was silent for too long (or reset: a read does not tell), cannot be written to, or cannot be
 * answered any more: a literal that was announced cannot be read, or the boundaries of what it says are lost.
 */
export class ConnectionLost extends Error {
  readonly how: 'closed' | 'silent' | 'broken' | 'unreadable' | 'out-of-step';

  constructor(how: ConnectionLost['how'], cause?: Error) {
    super(cause?.message ?? how, { cause });
    this.how = how;
  }
}

/** Rethrows what is no failure of the world, but the end of the connection or a bug of ours. */
export function answerToFailure(
  error: unknown,
  log: Log,
  session: string,
): Extract<SessionEvent, { readonly kind: 'failed' }> {
  if (!(error instanceof WorldError)) throw error;
  log.write('error', 'imap', error.message, { session });
  return error.transient
    ? { kind: 'failed', code: 'UNAVAILABLE', message: 'The server cannot do that just now: try again later' }
    : { kind: 'failed', code: 'SERVERBUG', message: 'The server cannot do that' };
}
