// What a client hears that may not come in now. RFC 5321 §3.8: 421 and the end of the connection, in place of a greeting.

import type { Connection } from '#mail/ports/connection.ts';
import { formatReply, reply } from '#protocols/smtp/reply.ts';

export async function turnAwaySmtp(connection: Connection, hostname: string, text: string): Promise<void> {
  await connection.write(formatReply(reply(421, '4.7.0', `${hostname} Error: ${text}`)));
  await connection.close();
}
