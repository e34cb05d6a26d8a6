// The auth sockets of the settings: a Postfix beside us logs its people in there, a Dovecot learns who is who. They change
// with the settings, all or none; who is connected stays so.

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { traceOf } from '#base/thrown.ts';
import { WorldError } from '#base/world-error.ts';
import type { Connection } from '#mail/ports/connection.ts';
import type { Account } from '#mail/ports/directory.ts';
import type { Config } from '#platform/config/schema.ts';
import { type AuthSocket, type AuthSocketRights, openAuthSocket } from '#platform/dovecot-auth/auth-socket.ts';
import { steadyClock, systemClock } from '#platform/machine/clock.ts';
import { accountPath } from '#platform/maildir/account-home.ts';
import { type Database, openGetent } from '#platform/system-users/getent.ts';
import { GrantedLogins } from '#services/dovecot-auth/granted-logins.ts';
import { serveAuthClients } from '#services/dovecot-auth/serve-clients.ts';
import { serveAuthMasters } from '#services/dovecot-auth/serve-masters.ts';
import type { House } from './compose.ts';
import { createConnectionIds } from './connection-ids.ts';
import type { Prepared } from './prepared.ts';
import { isSystemAccount } from './system-accounts.ts';

const COOKIE_OCTETS = 16;
/** Of a line in `passwd` and in `group`: the number. */
const ID_FIELD = 2;

type Entry = Config['auth_socket'][number];
type Protocol = Entry['protocol'];

/** A socket that is open, who may come in, and what is spoken there. */
interface OpenSocket {
  readonly path: string;
  readonly socket: AuthSocket;
  rights: AuthSocketRights;
  protocol: Protocol;
}

export class AuthSockets implements AsyncDisposable {
  readonly #house: House;
  readonly #nextConnectionId = createConnectionIds(systemClock.nowMs());
  readonly #granted = new GrantedLogins(steadyClock);
  readonly #shut: AuthSocket[] = [];
  readonly #serve: Readonly<Record<Protocol, (connection: Connection) => Promise<void>>>;
  #open: readonly OpenSocket[] = [];
  #connections = 0;
  #requestsAtOnce = 0;

  constructor(house: House) {
    this.#house = house;
    this.#serve = {
      client: (connection) => this.#serveClient(connection),
      userdb: (connection) => this.#serveMaster(connection),
    };
  }

  /** Throws WorldError when one of them cannot be opened. */
  async prepare(config: Config): Promise<Prepared> {
    await using changed = new AsyncDisposableStack();
    const next: { known: OpenSocket; rights: AuthSocketRights; protocol: Protocol }[] = [];
    for (const entry of config.auth_socket) {
      const { path, protocol } = entry;
      const rights = await rightsOf(entry, config.auth_socket_connection_limit);
      const known = this.#open.find((one) => one.path === path) ?? (await this.#openNew(path, protocol, rights));
      if (!this.#open.includes(known)) changed.use(known.socket);
      else if (!isDeepStrictEqual(known.rights, rights)) {
        known.socket.letIn(rights);
        changed.defer(() => known.socket.letIn(known.rights));
      }
      next.push({ known, rights, protocol });
    }
    const undo = changed.move();
    return {
      enter: () => {
        undo.move();
        for (const { known, rights, protocol } of next) Object.assign(known, { rights, protocol });
        this.#requestsAtOnce = config.auth_socket_request_limit;
        this.#enter(next.map(({ known }) => known));
      },
      [Symbol.asyncDispose]: () => undo.disposeAsync(),
    };
  }

  #enter(next: readonly OpenSocket[]): void {
    const { log } = this.#house;
    for (const { path, socket } of this.#open.filter((one) => !next.includes(one))) {
      socket.shut();
      this.#shut.push(socket);
      log.write('info', 'valija', `no longer listening on ${path}`);
    }
    for (const { path, protocol } of next.filter((one) => !this.#open.includes(one))) {
      log.write('info', 'valija', `listening on ${path}: auth ${protocol}`);
    }
    this.#open = next;
  }

  async #openNew(path: string, protocol: Protocol, rights: AuthSocketRights): Promise<OpenSocket> {
    const place = { path, ...rights, nextConnectionId: () => `auth-${this.#nextConnectionId()}` };
    const serve = (connection: Connection) => this.#serve[opened.protocol](connection);
    const socket = await openAuthSocket(place, serve, (bug) => this.#reportBug(bug));
    const opened: OpenSocket = { path, socket, rights, protocol };
    return opened;
  }

  #reportBug(bug: unknown): void {
    this.#house.log.write('error', 'auth', `bug: ${traceOf(bug)}`);
  }

  #serveClient(connection: Connection): Promise<void> {
    const { login, log } = this.#house;
    const identity = () => {
      this.#connections += 1;
      return { processId: process.pid, connectionNumber: this.#connections, cookie: randomBytes(COOKIE_OCTETS) };
    };
    const limits = { requestsAtOnce: this.#requestsAtOnce };
    return serveAuthClients(connection, { login, log, limits, identity, granted: this.#granted });
  }

  #serveMaster(connection: Connection): Promise<void> {
    const { people, log, intake } = this.#house;
    const ids = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
    return serveAuthMasters(connection, {
      // The machine's users are in its own databases, where a Dovecot finds them, too.
      directory: {
        findAccount: async (login) => {
          const account = await people.findAccount(login);
          return account === undefined || isSystemAccount(account.id) ? undefined : account;
        },
      },
      describeAccount: (account) => describeAccount(account, intake.config.virtual_mailbox_base, ids),
      processId: process.pid,
      granted: this.#granted,
      log,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of [...this.#shut, ...this.#open.map(({ socket }) => socket)]) {
      await socket[Symbol.asyncDispose]();
    }
  }
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

async function rightsOf({ mode, user, group }: Entry, mostConnections: number): Promise<AuthSocketRights> {
  return {
    mode: Number.parseInt(mode, 8),
    userId: user === undefined ? undefined : await findId('passwd', user),
    groupId: group === undefined ? undefined : await findId('group', group),
    mostConnections,
  };
}

async function findId(database: Database, name: string): Promise<number> {
  const line = await openGetent()(database, name);
  const id = line?.split(':')[ID_FIELD];
  if (id !== undefined && /^\d+$/.test(id)) return Number(id);
  const what = database === 'group' ? 'group' : 'user';
  throw new WorldError('open an auth socket', { transient: false, cause: new Error(`there is no ${what} ${name}`) });
}
