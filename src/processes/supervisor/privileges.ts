// What root gives up: started by root, every other process runs as a user of the roster, and root does what a
// configuration says only where nobody but root can have written it.

import { readFileSync, statSync } from 'node:fs';
import { USERS, type UserName } from '../roster.ts';
import { EX_CONFIG, StartFailure } from './start-failure.ts';

export interface Credentials {
  readonly uid: number;
  readonly gid: number;
}

/** Throws StartFailure where the system has no such user. */
export function findCredentials(user: UserName): Credentials {
  // name:password:uid:gid:…
  const rows = readFileSync('/etc/passwd', 'utf8').split('\n');
  const [uid, gid] =
    rows
      .find((row) => row.startsWith(`${user}:`))
      ?.split(':')
      .slice(2, 4)
      .map(Number) ?? [];
  if (uid !== undefined && gid !== undefined && uid > 0 && gid > 0) return { uid, gid };
  throw new StartFailure(
    `started by root, the server runs as the user ${user}, and this system has none. Make it, as root, with\n` +
      `  ${USERS[user].madeBy}\nand give it the state: chown -R ${user}: STATE_DIRECTORY. Or start the server as an ordinary user.`,
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
