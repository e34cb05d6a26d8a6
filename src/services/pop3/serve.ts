// POP3 for one connection, on port 110 with STLS or on 995 under TLS from the first octet. RFC 1939, RFC 8314 §3.3.

import { traceOf } from '#base/thrown.ts';
import { WorldError } from '#base/world-error.ts';
import type { Connection } from '#mail/ports/connection.ts';
import { DEFAULT_POP3_LIMITS, type Pop3Limits } from '#protocols/pop3/limits.ts';
import { type Pop3Ports, Pop3Session, type Pop3Times } from './pop3-session.ts';

export const DEFAULT_POP3_TIMES: Pop3Times = {
  /** RFC 1939 §3: at least ten minutes. */
  inactivityTimeoutMs: 600_000,
  loginTimeoutMs: 180_000,
  errorSleepMs: 1_000,
};

export interface Pop3Dependencies extends Pop3Ports {
  /** Said in the greeting. */
  readonly hostname: string;
  readonly limits?: Pop3Limits;
  readonly times?: Pop3Times;
}

/** Resolves when the connection is closed; never rejects. */
export async function servePop3(connection: Connection, dependencies: Pop3Dependencies): Promise<void> {
  const { hostname, limits = DEFAULT_POP3_LIMITS, times = DEFAULT_POP3_TIMES } = dependencies;
  const session = new Pop3Session(connection, dependencies, { hostname, limits, times });
  let lost = false;
  try {
    await session.run();
    await connection.close();
  } catch (failure) {
    // The peer went away, or was silent for too long: that is how connections end.
    lost = failure instanceof WorldError;
    const { connectionId } = connection.facts;
    // A bug: this session ends, with its stack in the log; nobody else's does.
    if (!lost) dependencies.log.write('error', 'pop3', traceOf(failure), { session: connectionId });
    connection.destroy();
  } finally {
    session.end(lost);
  }
}
