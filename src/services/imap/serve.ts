// IMAP for one connection, on port 143 with STARTTLS or on 993 under TLS from the first octet. RFC 3501, RFC 8314 §3.2.

import { traceOf } from '#base/thrown.ts';
import { WorldError } from '#base/world-error.ts';
import type { Connection } from '#mail/ports/connection.ts';
import { ConnectionLost } from './connection-lost.ts';
import { Driver, type ImapDependencies } from './driver.ts';

export type { ImapDependencies } from './driver.ts';

/** Resolves when the connection is over; it never rejects. */
export async function serveImap(connection: Connection, dependencies: ImapDependencies): Promise<void> {
  const { log } = dependencies;
  const session = connection.facts.connectionId;
  const driver = new Driver(connection, dependencies);
  let how = 'Connection closed';
  try {
    how = await driver.run();
    await connection.close();
  } catch (error) {
    if (error instanceof ConnectionLost || error instanceof WorldError) how = `Connection lost: ${error.message}`;
    else {
      // A bug: this session ends, with its stack in the log; nobody else's does.
      log.write('error', 'imap', traceOf(error), { session });
      how = 'Internal error';
    }
    connection.destroy();
  } finally {
    driver.end(how);
  }
}
