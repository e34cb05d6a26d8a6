// The userdb socket, as Dovecot has it: who is that user, and where is their mail? A Dovecot beside us asks it for its LMTP
// and IMAP (`auth_socket_path`), `doveadm user -a` for people. And whose login was that, at the other socket?

import { WorldError } from '#base/world-error.ts';
import type { Account, Directory } from '#mail/ports/directory.ts';
import type { Log } from '#mail/ports/log.ts';
import { AUTH_MASTER_VERSION, formatMasterServerHandshake } from '#protocols/dovecot-auth/handshake.ts';
import {
  formatUserReply,
  type MasterLine,
  parseMasterLine,
  type UserReply,
} from '#protocols/dovecot-auth/user-lookup.ts';
import { isIdentity } from '#protocols/sasl/identity.ts';
import type { GrantedLogins } from './granted-logins.ts';
import { type AuthConnection, linesOf } from './line-stream.ts';

export interface MasterService {
  readonly directory: Pick<Directory, 'findAccount'>;
  /** What Dovecot is to know of an account: `uid`, `gid`, `home`, `mail` … */
  readonly describeAccount: (account: Account) => ReadonlyMap<string, string>;
  readonly processId: number;
  readonly granted: Pick<GrantedLogins, 'take'>;
  readonly log: Log;
}

export async function serveAuthMasters(connection: AuthConnection, service: MasterService): Promise<void> {
  try {
    await connection.write(formatMasterServerHandshake(service.processId));
    for await (const octets of linesOf(connection)) {
      const line = parseMasterLine(octets);
      if (line === undefined || (line.kind === 'version' && line.version.major !== AUTH_MASTER_VERSION.major)) break;
      const answer = await answerTo(line, service);
      if (answer !== undefined) await connection.write(answer);
    }
  } catch (failure) {
    if (!(failure instanceof WorldError)) throw failure;
  }
  await connection.close();
}

async function answerTo(line: MasterLine, service: MasterService): Promise<string | undefined> {
  switch (line.kind) {
    case 'version':
      return undefined;
    case 'other':
      return line.id === undefined ? undefined : formatUserReply('user', { kind: 'failed', id: line.id });
    case 'request': {
      const user = service.granted.take(line.reference);
      const reply =
        user === undefined
          ? ({ kind: 'not-found', id: line.id } as const)
          : await lookUp(line.id, user, 'user', service);
      return formatUserReply('user', reply);
    }
    default:
      return formatUserReply(line.kind, await lookUp(line.id, line.name, line.kind, service));
  }
}

/** Disabled accounts keep their mail, and get more: only logins are not theirs, which are not asked for here. */
async function lookUp(id: number, name: string, verb: 'user' | 'pass', service: MasterService): Promise<UserReply> {
  try {
    const account = isIdentity(name) ? await service.directory.findAccount(name) : undefined;
    if (account === undefined) return { kind: 'not-found', id };
    const fields = verb === 'user' ? service.describeAccount(account) : new Map<string, string>();
    return { kind: 'found', id, name: account.id, fields };
  } catch (failure) {
    if (!(failure instanceof WorldError)) throw failure;
    service.log.write('error', 'auth', failure.message);
    return { kind: 'failed', id };
  }
}
