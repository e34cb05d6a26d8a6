// The one place where a failing world becomes an SMTP reply: «later», and the detail only in the log.

import { WorldError } from '#base/world-error.ts';
import { decideFailure } from '#mail/policy/failure.ts';
import type { Log } from '#mail/ports/log.ts';
import type { SmtpReply } from '#protocols/smtp/reply.ts';

/** Rethrows what is no failure of the world but a bug of ours. */
export function replyToFailure(failure: unknown, log: Log, area: string): SmtpReply {
  if (!(failure instanceof WorldError)) throw failure;
  log.write('error', area, `warning: ${failure.message}`);
  return decideFailure(failure).reply;
}
