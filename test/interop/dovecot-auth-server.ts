// Debian's Dovecot as somebody who knows people: its auth process alone, with a file of users; no mail.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../world/free-port.ts';
import { shareUsers } from '../world/shared-users.ts';
import { makeFolder, type ServerProgram, startProgram } from './server-program.ts';

/** For Dovecot serves nobody as root. */
const USER = 'valija-test';

export interface DovecotAuthServer extends ServerProgram {
  /** As `auth_socket` names it. */
  readonly authSocket: string;
  readonly userdbSocket: string;
}

/** `users`: lines of its passwd-file. */
export async function startDovecotAuth(users: readonly string[]): Promise<DovecotAuthServer> {
  const folder = makeFolder('dovecot-auth');
  const port = await freePort();
  const { uid, username } = userInfo();
  const shared = uid === 0 ? await shareUsers([USER], '--shell', '/usr/sbin/nologin') : undefined;
  const user = uid === 0 ? USER : username;
  const config = join(folder, 'dovecot.conf');
  mkdirSync(join(folder, 'run'));
  writeFileSync(join(folder, 'users'), `${users.join('\n')}\n`, { mode: 0o644 });
  writeFileSync(config, settings(folder, user, port));
  const server = await startProgram(folder, { file: '/usr/sbin/dovecot', args: ['-F', '-c', config], port });
  // Its children serve on without their master while somebody is connected.
  const end = async () => {
    const children = childrenOf(join(folder, 'run/master.pid'));
    await server.end();
    for (const pid of children) endProcess(pid);
  };
  return {
    ...server,
    authSocket: `inet:127.0.0.1:${port}`,
    userdbSocket: join(folder, 'run/userdb'),
    end,
    async [Symbol.asyncDispose]() {
      await end();
      await server[Symbol.asyncDispose]();
      await shared?.[Symbol.asyncDispose]();
    },
  };
}

function childrenOf(pidFile: string): number[] {
  if (!existsSync(pidFile)) return [];
  const { stdout } = spawnSync('/usr/bin/pgrep', ['-P', readFileSync(pidFile, 'utf8').trim()], { encoding: 'utf8' });
  return stdout.split('\n').filter(Boolean).map(Number);
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It went by itself, with its master.
  }
}

function settings(folder: string, user: string, port: number): string {
  return `base_dir = ${folder}/run
state_dir = ${folder}/run
log_path = ${folder}/dovecot.log
protocols =
default_internal_user = ${user}
default_login_user = ${user}
ssl = no
auth_mechanisms = plain
auth_failure_delay = 0
first_valid_uid = 1
passdb {
  driver = passwd-file
  args = ${folder}/users
}
userdb {
  driver = passwd-file
  args = ${folder}/users
}
service auth {
  user = ${user}
  inet_listener client {
    address = 127.0.0.1
    port = ${port}
  }
  unix_listener userdb {
    mode = 0666
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
`;
}
