// Starts a process of the roster, as the user that its row names. It has a session of its own: what a terminal signals
// reaches the supervisor alone, which tells the others.

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { ProcessRow } from '../roster.ts';
import type { Credentials } from './privileges.ts';

/** What systemd told the supervisor is not for others. */
const OWN_VARIABLES = ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID', 'LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES'];

export function startProcess(
  row: ProcessRow,
  args: readonly string[],
  credentials: Credentials | undefined,
): ChildProcess {
  const env: NodeJS.ProcessEnv = { ...process.env, NODE_CHANNEL_FD: undefined };
  for (const name of OWN_VARIABLES) delete env[name];
  const dropped = credentials && { ...credentials, cwd: '/' };
  return fork(join(import.meta.dirname, '..', row.program), args, {
    ...dropped,
    env: credentials === undefined ? env : { ...env, HOME: '/', USER: row.runsAs, LOGNAME: row.runsAs },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
}
