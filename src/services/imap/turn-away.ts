// What a client hears that may not come in now. RFC 3501 §7.1.5: BYE in place of a greeting; RFC 5530 §3 (LIMIT).

import type { Connection } from '#mail/ports/connection.ts';
import { formatUntagged } from '#protocols/imap/response.ts';

export async function turnAwayImap(connection: Connection, text: string): Promise<void> {
  await connection.write(formatUntagged('BYE', 'LIMIT', text));
  await connection.close();
}
