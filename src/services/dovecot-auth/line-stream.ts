// A connection to an auth socket as lines. Its peer is another program of this machine, which keeps it open while it lives.

import type { Connection } from '#mail/ports/connection.ts';
import { AuthFraming } from '#protocols/dovecot-auth/auth-framing.ts';

export type AuthConnection = Pick<Connection, 'facts' | 'read' | 'write' | 'close' | 'destroy'>;

/** No limit: a Postfix without visitors is silent for hours. */
const FOR_EVER_MS = 0;

/** Ends with the connection, and with a line that is too long. */
export async function* linesOf(connection: AuthConnection): AsyncGenerator<Buffer> {
  const framing = new AuthFraming();
  for (;;) {
    const line = framing.nextLine();
    if (!line.ok) return;
    if (line.value !== undefined) {
      yield line.value;
      continue;
    }
    const octets = await connection.read(FOR_EVER_MS, 'quiet');
    if (octets === undefined) return;
    framing.push(octets);
  }
}
