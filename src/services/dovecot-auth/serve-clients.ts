// The auth socket for programs that carry SASL for their own visitors, as Dovecot has it: a Postfix with `smtpd_sasl_type =
// dovecot`, an Exim, a chat server. Who may log in is decided by the same rules as at our own doors.

import { traceOf } from '#base/thrown.ts';
import { unreachable } from '#base/unreachable.ts';
import { WorldError } from '#base/world-error.ts';
import type { Login } from '#mail/login/exchange.ts';
import type { Log } from '#mail/ports/log.ts';
import { type ClientLine, parseClientLine } from '#protocols/dovecot-auth/client-line.ts';
import { AUTH_CLIENT_VERSION, formatServerHandshake, type ServerIdentity } from '#protocols/dovecot-auth/handshake.ts';
import { formatAuthReply } from '#protocols/dovecot-auth/server-line.ts';
import { AuthExchanges } from './auth-exchanges.ts';
import type { GrantedLogins } from './granted-logins.ts';
import type { AuthSocketLimits } from './limits.ts';
import { type AuthConnection, linesOf } from './line-stream.ts';

export interface AuthClientService {
  readonly login: Login;
  readonly log: Log;
  readonly limits: AuthSocketLimits;
  /** Fresh for each connection. */
  readonly identity: () => ServerIdentity;
  /** For programs that serve mail, too. */
  readonly granted: Pick<GrantedLogins, 'grant'>;
}

export async function serveAuthClients(connection: AuthConnection, service: AuthClientService): Promise<void> {
  const { login, log, limits, granted } = service;
  const { facts } = connection;
  const identity = service.identity();
  const cookie = identity.cookie.toString('hex');
  let clientProcessId = 0;
  let written = Promise.resolve();
  const exchanges = new AuthExchanges({
    ...{ login, facts, limits },
    say: (reply) => {
      written = connection.write(formatAuthReply(reply));
      return written;
    },
    hangUp: () => connection.destroy(),
    grant: (requestId, user) => granted.grant({ clientProcessId, requestId, cookie }, user),
  });
  // A bug, or a connection that breaks under an answer, ends this connection and no other.
  const start = (work: Promise<unknown>) => void work.catch((failure: unknown) => breakOff(failure, connection, log));
  try {
    await connection.write(formatServerHandshake(offered(login, connection), identity));
    for await (const octets of linesOf(connection)) {
      const line = parseClientLine(octets);
      if (line === undefined || !obey(line, exchanges, start)) {
        log.write('warn', 'auth', 'warning: a line at the auth socket is not of its protocol', {
          session: facts.connectionId,
        });
        break;
      }
      if (line.kind === 'process') clientProcessId = line.processId;
      // Who does not take the answers is not listened to.
      await written;
    }
  } catch (failure) {
    breakOff(failure, connection, log);
  }
  await connection.close();
}

/** False for what breaks the protocol. */
function obey(line: ClientLine, exchanges: AuthExchanges, start: (work: Promise<unknown>) => void): boolean {
  switch (line.kind) {
    case 'version':
      return line.version.major === AUTH_CLIENT_VERSION.major;
    case 'process':
    case 'other':
      return true;
    case 'auth': {
      if (exchanges.has(line.request.id)) return false;
      start(exchanges.begin(line.request));
      return true;
    }
    case 'continue':
      start(exchanges.go(line.id, line.response));
      return true;
    case 'cancel':
      start(exchanges.cancel(line.id));
      return true;
    default:
      return unreachable(line);
  }
}

function offered(login: Login, { facts: connection }: AuthConnection): readonly string[] {
  const tls = { version: 'unknown', cipher: 'unknown', bits: 0, serverName: undefined };
  return login.mechanisms({ service: 'auth', connection, tls });
}

function breakOff(failure: unknown, connection: AuthConnection, log: Log): void {
  if (!(failure instanceof WorldError)) {
    const text = traceOf(failure);
    log.write('error', 'auth', `bug: ${text}`, { session: connection.facts.connectionId });
  }
  connection.destroy();
}
