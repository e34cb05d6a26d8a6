// Does the process that made a lock file still live? Its number says so, unless another one was given the same since: after
// a power cut the numbers begin anew, and a daemon may live for years with that of a mail server which is no more.

import { readFileSync } from 'node:fs';
import { errnoOf } from './errno.ts';

/** Linux tells times to programs in hundredths of a second (`USER_HZ`). */
const TICK_MS = 10;
/** What a file system's clock and that of the processes may differ by. */
const CLOCKS_DIFFER_MS = 2000;

/** `lockedMs`: when the lock was made, or touched. A process that we are told nothing of counts as its owner. */
export function isOwnerAlive(pid: number, lockedMs: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (cause) {
    if (errnoOf(cause) === 'ESRCH') return false;
  }
  const ownTicks = startTicksOf(process.pid);
  const ticks = startTicksOf(pid);
  if (ownTicks === undefined || ticks === undefined) return true;
  // Counted from our own start, and not from the machine's: in a container the two may not fit together.
  const startedMs = Date.now() - process.uptime() * 1000 + (ticks - ownTicks) * TICK_MS;
  return startedMs <= lockedMs + CLOCKS_DIFFER_MS;
}

/** The 22nd field of proc_pid_stat(5); the second one, a name in brackets, may hold anything. */
function startTicksOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
    return Number.isSafeInteger(ticks) ? ticks : undefined;
  } catch {
    return undefined;
  }
}
