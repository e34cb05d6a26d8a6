// Starts a process of the roster, as the user that its row names. It has a session of its own: what a terminal signals
// reaches the supervisor alone, which tells the others.

import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { join } from 'node:path';
import type { ProcessRow } from '../roster.ts';
import type { Account } from './accounts.ts';
import { compiledCodeFolder } from './compiled-code.ts';
import type { Credentials } from './privileges.ts';

/** What systemd told the supervisor is not for others. */
const OWN_VARIABLES = ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID', 'LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES'];

/** What a process of a user of the machine may know of root's environment. */
const HARMLESS_VARIABLES = ['PATH', 'LANG', 'LANGUAGE', 'LC_ALL', 'LC_CTYPE', 'LC_MESSAGES', 'TZ'];
/**
 * Room for what is new, in MB, thrice for each thread. V8's own limit is four times that: it saves a twentieth of the
 * CPU at most, and keeps hundreds of megabytes after a busy hour.
 */
const YOUNG_HEAP = '--max-semi-space-size=16';
/** A process that comes to rest gives back what it does not need (`platform/machine/rest.ts`). */
const COLLECTION_ON_DEMAND = '--expose-gc';
/** Of the C library: a heap for each thread keeps what others could use, some tens of megabytes. */
const FEW_HEAPS = { MALLOC_ARENA_MAX: '2' };
const BECOME_USER = join(import.meta.dirname, 'become-user.ts');

/** `credentials`: whom to become; nobody else where there are none. `input`: the descriptor that is its standard input. */
export function startProcess(
  row: Pick<ProcessRow, 'program' | 'group'>,
  args: readonly string[],
  credentials: Credentials | undefined,
  input?: number,
): ChildProcess {
  const program = join(import.meta.dirname, '..', row.program);
  const env: NodeJS.ProcessEnv = { ...process.env, NODE_CHANNEL_FD: undefined };
  for (const name of OWN_VARIABLES) delete env[name];
  if (credentials === undefined) return start(program, args, { env }, input);
  const { user, uid, gid } = credentials;
  const own = { HOME: '/', USER: user, LOGNAME: user };
  // What others of its user could write, a process that may do more than they may does not run.
  const cache = row.group === undefined ? env['NODE_COMPILE_CACHE'] : undefined;
  const NODE_COMPILE_CACHE = compiledCodeFolder(cache, credentials);
  return start(program, args, { uid, gid, cwd: '/', env: { ...env, ...own, NODE_COMPILE_CACHE } }, input);
}

/** A process of a user of the machine, with the groups of that user. */
export function startProcessOf(
  { user, uid, gid, home, shell }: Account,
  row: Pick<ProcessRow, 'program'>,
): ChildProcess {
  const program = join(import.meta.dirname, '..', row.program);
  const harmless = Object.fromEntries(HARMLESS_VARIABLES.map((name) => [name, process.env[name]]));
  const options = { cwd: '/', env: { ...harmless, HOME: home, SHELL: shell, USER: user, LOGNAME: user } };
  if (process.getuid?.() !== 0) return start(program, [], options);
  return start(BECOME_USER, [program, user, String(uid), String(gid)], options);
}

function start(program: string, args: readonly string[], options: ForkOptions, input?: number): ChildProcess {
  const execArgv = [...process.execArgv, YOUNG_HEAP, COLLECTION_ON_DEMAND];
  const env = { ...FEW_HEAPS, ...options.env };
  return fork(program, args, {
    ...options,
    env,
    execArgv,
    stdio: [input ?? 'ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
}
