// The one place where a failing world becomes an SMTP reply: «later», and the detail only in the log.

import { WorldError } from '#base/world-error.ts';
import { decideFailure } from '#mail/policy/failure.ts';
import type { Log } from '#mail/ports/log.ts';
import type { SmtpReply } from '#protocols/smtp/reply.ts';

/** Rethrows what is no failure of the world but a bug of ours. */
export function replyToFailure(error: unknown, log: Log, area: string): SmtpReply {
  if (!(error instanceof WorldError)) throw error;
  log.write('error', area, `warning: ${error.message}`);
  return decideFailure(error).reply;
}
