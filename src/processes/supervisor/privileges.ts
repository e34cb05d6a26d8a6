// What root gives up: started by root, every other process runs as a user of the roster, and root does what a
// configuration says only where nobody but root can have written it.

import { readFileSync, statSync } from 'node:fs';
import { OWNER, type ProcessRow, ROSTER, type RoleName, USERS } from '../roster.ts';
import { EX_CONFIG, StartFailure } from './start-failure.ts';

export interface Credentials {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
}

/** The mailbox processes run as users of the machine. */
export type OwnRole = Exclude<RoleName, 'mailbox'>;

/**
 * Of a row that has a user of ours; `owner` is in the place of the roster's. Throws StartFailure where the system has no such
 * user or group, or it is root.
 */
export function findCredentials(role: OwnRole, owner: string = OWNER): Credentials {
  const row: ProcessRow = ROSTER[role];
  const user = ROSTER[role].runsAs === OWNER ? owner : ROSTER[role].runsAs;
  // name:password:uid:gid:…
  const [uid = 0, ownGid = 0] = findRow('/etc/passwd', user)?.slice(2, 4).map(Number) ?? [];
  if (!(uid > 0 && ownGid > 0)) throw noSuchUser(user);
  return { user, uid, gid: row.group === undefined ? ownGid : findGroup(row.group) };
}

/** Throws StartFailure where the system has no such group. */
export function findGroup(group: string): number {
  const gid = Number(findRow('/etc/group', group)?.[2] ?? 0);
  if (gid > 0) return gid;
  throw new StartFailure(`a process of ours runs with the group ${group}, and this system has none`, EX_CONFIG);
}

function findRow(file: string, name: string): string[] | undefined {
  const rows = readFileSync(file, 'utf8').split('\n');
  return rows.map((row) => row.split(':')).find(([first]) => first === name);
}

function noSuchUser(user: string): StartFailure {
  const made = Object.entries(USERS).find(([name]) => name === user)?.[1].madeBy;
  if (made === undefined) {
    const text = `mail_owner is ${user}: this system has no such user in /etc/passwd, or it is root or of root's group`;
    return new StartFailure(text, EX_CONFIG);
  }
  return new StartFailure(
    `started by root, the server runs as the user ${user}, and this system has none. Make it, as root, with\n` +
      `  ${made}\n${user === OWNER ? 'and give it the state: chown -R valija: STATE_DIRECTORY. ' : ''}Or start the server as an ordinary user.`,
    EX_CONFIG,
  );
}

/** Root binds the ports that the file names, and reads the keys. Throws StartFailure. */
export function checkOwner(configFile: string): void {
  const { uid, mode } = statSync(configFile);
  if (uid === 0 && (mode & 0o022) === 0) return;
  throw new StartFailure(
    `${configFile}: others than root may write it, and root would bind ports and read keys for them. Mend it with\n` +
      `  chown root ${configFile} && chmod go-w ${configFile}`,
    EX_CONFIG,
  );
}
