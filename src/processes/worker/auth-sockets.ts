// The auth sockets of the settings: a Postfix beside us logs its people in there, a Dovecot learns who is who.

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { WorldError } from '#base/world-error.ts';
import type { Connection } from '#mail/ports/connection.ts';
import type { Account } from '#mail/ports/directory.ts';
import type { Config } from '#platform/config/schema.ts';
import { openAuthSocket } from '#platform/dovecot-auth/auth-socket.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { accountPath } from '#platform/maildir/account-home.ts';
import { type Database, openGetent } from '#platform/system-users/getent.ts';
import { serveAuthClients } from '#services/dovecot-auth/serve-clients.ts';
import { serveAuthMasters } from '#services/dovecot-auth/serve-masters.ts';
import type { House } from './compose.ts';
import { createConnectionIds } from './connection-ids.ts';
import { isSystemAccount } from './system-accounts.ts';

const COOKIE_OCTETS = 16;
/** Of a line in `passwd` and in `group`: the number. */
const ID_FIELD = 2;

/** Throws WorldError when one of them cannot be opened. */
export async function openAuthSockets(config: Config, house: House): Promise<AsyncDisposable> {
  await using opened = new AsyncDisposableStack();
  const serve = { client: serveClients(config, house), userdb: serveMasters(config, house) };
  const nextConnectionId = createConnectionIds(systemClock.nowMs());
  const reportBug = (bug: unknown) =>
    house.log.write('error', 'auth', `bug: ${bug instanceof Error ? bug.stack : String(bug)}`);
  for (const { protocol, path, mode, user, group } of config.auth_socket) {
    const place = {
      path,
      mode: Number.parseInt(mode, 8),
      userId: user === undefined ? undefined : await findId('passwd', user),
      groupId: group === undefined ? undefined : await findId('group', group),
      mostConnections: config.auth_socket_connection_limit,
      nextConnectionId: () => `auth-${nextConnectionId()}`,
    };
    opened.use(await openAuthSocket(place, serve[protocol], reportBug));
    house.log.write('info', 'valija', `listening on ${path}: auth ${protocol}`);
  }
  return opened.move();
}

function serveClients(config: Config, { login, log }: House) {
  let connections = 0;
  const identity = () => {
    connections += 1;
    return { processId: process.pid, connectionNumber: connections, cookie: randomBytes(COOKIE_OCTETS) };
  };
  const limits = { requestsAtOnce: config.auth_socket_request_limit };
  return (connection: Connection) => serveAuthClients(connection, { login, log, limits, identity });
}

function serveMasters(config: Config, { people, log }: House) {
  const ids = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  return (connection: Connection) =>
    serveAuthMasters(connection, {
      // The machine's users are in its own databases, where a Dovecot finds them, too.
      directory: {
        findAccount: async (login) => {
          const account = await people.findAccount(login);
          return account === undefined || isSystemAccount(account.id) ? undefined : account;
        },
      },
      describeAccount: (account) => describeAccount(account, config.virtual_mailbox_base, ids),
      processId: process.pid,
      log,
    });
}

/** In the words of a userdb: the home of a virtual account is its INBOX. */
function describeAccount({ id, quotaBytes }: Account, base: string, [uid, gid]: readonly number[]) {
  const home = join(base, accountPath(id));
  const fields = new Map([
    ['uid', String(uid)],
    ['gid', String(gid)],
    ['home', home],
    ['mail', `maildir:${home}`],
  ]);
  if (quotaBytes > 0) fields.set('quota_rule', `*:bytes=${quotaBytes}`);
  return fields;
}

async function findId(database: Database, name: string): Promise<number> {
  const line = await openGetent()(database, name);
  const id = line?.split(':')[ID_FIELD];
  if (id !== undefined && /^\d+$/.test(id)) return Number(id);
  const what = database === 'group' ? 'group' : 'user';
  throw new WorldError('open an auth socket', { transient: false, cause: new Error(`there is no ${what} ${name}`) });
}
