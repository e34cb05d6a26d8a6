// What a client hears that may not come in now, in place of a greeting. RFC 3206 §4 (SYS/TEMP).

import type { Connection } from '#mail/ports/connection.ts';
import { error, formatReply } from '#protocols/pop3/reply.ts';

export async function turnAwayPop3(connection: Connection, text: string): Promise<void> {
  for (const piece of formatReply(error(text, 'SYS/TEMP'))) await connection.write(piece);
  await connection.close();
}
