// The edge where a failing world becomes a reply, and a bug ends the session. Detail goes to the log alone. RFC 3206 §4.

import { WorldError } from '#base/world-error.ts';
import type { Log } from '#mail/ports/log.ts';
import { error, type Pop3Reply } from '#protocols/pop3/reply.ts';

const LATER = error('The server cannot do that just now, try again later', 'SYS/TEMP');
const NEVER = error('The server cannot do that', 'SYS/PERM');

/** Anything but a WorldError is a bug, and goes on. */
export function replyToFailure(failure: unknown, log: Log, connectionId: string): Pop3Reply {
  if (!(failure instanceof WorldError)) throw failure;
  log.write('error', 'pop3', failure.message, { session: connectionId });
  return failure.transient ? LATER : NEVER;
}

/** The peer went away, or was silent for too long: that is how connections end. */
export function isLostConnection(failure: unknown): boolean {
  return failure instanceof WorldError;
}
