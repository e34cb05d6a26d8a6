// The one place where a failing world becomes a POP3 reply: «later», and the detail only in the log. RFC 3206 §4.

import { WorldError } from '#base/world-error.ts';
import type { Log } from '#mail/ports/log.ts';
import { error, type Pop3Reply } from '#protocols/pop3/reply.ts';

const LATER = error('The server cannot do that just now, try again later', 'SYS/TEMP');
const NEVER = error('The server cannot do that', 'SYS/PERM');

/** Rethrows what is no failure of the world but a bug of ours. */
export function replyToFailure(failure: unknown, log: Log, session: string): Pop3Reply {
  if (!(failure instanceof WorldError)) throw failure;
  log.write('error', 'pop3', failure.message, { session });
  return failure.transient ? LATER : NEVER;
}
