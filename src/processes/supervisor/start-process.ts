// Starts a process of the roster, as the user that its row names. It has a session of its own: what a terminal signals
// reaches the supervisor alone, which tells the others.

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { ProcessRow } from '../roster.ts';
import type { Credentials } from './privileges.ts';

/** What systemd told the supervisor is not for others. */
const OWN_VARIABLES = ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID', 'LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES'];

/** `credentials`: whom to become; nobody else where there are none. */
export function startProcess(
  row: Pick<ProcessRow, 'program'>,
  args: readonly string[],
  credentials: Credentials | undefined,
): ChildProcess {
  const program = join(import.meta.dirname, '..', row.program);
  const env: NodeJS.ProcessEnv = { ...process.env, NODE_CHANNEL_FD: undefined };
  for (const name of OWN_VARIABLES) delete env[name];
  const options = { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'], detached: true } as const;
  if (credentials === undefined) return fork(program, args, { ...options, stdio: [...options.stdio] });
  const { user, uid, gid } = credentials;
  const own = { ...env, HOME: '/', USER: user, LOGNAME: user };
  return fork(program, args, { ...options, stdio: [...options.stdio], uid, gid, cwd: '/', env: own });
}
