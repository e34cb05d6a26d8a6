// The promise, with the id to ask for it by.

import { reply, type SmtpReply } from '#protocols/smtp/reply.ts';

export function queuedReply(queueId: string): SmtpReply {
  return reply(250, '2.0.0', `Ok: queued as ${queueId}`);
}
