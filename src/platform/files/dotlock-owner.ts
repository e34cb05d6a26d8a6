// Who made a lock file that holds `pid:host`, and does that process still live? Its number says so, unless another one was
// given the same since: after a power cut the numbers begin anew, and a daemon may live for years with that of a mail server
// which is no more.

import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { hostname } from 'node:os';
import { errnoOf } from './errno.ts';

export interface DotlockOwner {
  /** The process on this host that says it made the lock; `undefined`: on another host, or it does not say. */
  readonly pid: number | undefined;
  readonly isEmpty: boolean;
  /** When it was made, or touched. */
  readonly lockedMs: number;
}

const LONGEST_OWNER_BYTES = 300;
/** Linux tells times to programs in hundredths of a second (`USER_HZ`). */
const TICK_MS = 10;
/** What a file system's clock and that of the processes may differ by. */
const CLOCKS_DIFFER_MS = 2000;
/** As the clock said then: see `isOwnerAlive`. */
const FIRST_KNOWN_START_MS = ownStartMs();

/**
 * All of the same lock, though another may take its place meanwhile. Throws what opening throws; in a folder where others may
 * make files no link is followed and no pipe waited for.
 */
export function readDotlock(path: string): DotlockOwner {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    const octets = Buffer.alloc(LONGEST_OWNER_BYTES);
    const text = octets.toString('latin1', 0, readSync(descriptor, octets)).trim();
    const [, pid, host] = /^(\d{1,10}):(\S{1,255})$/.exec(text) ?? [];
    return {
      pid: pid !== undefined && host === hostname() ? Number(pid) : undefined,
      isEmpty: text === '',
      lockedMs: fstatSync(descriptor).mtimeMs,
    };
  } finally {
    closeSync(descriptor);
  }
}

/** A process that we are told nothing of counts as its owner. */
export function isOwnerAlive(pid: number, lockedMs: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (cause) {
    if (errnoOf(cause) === 'ESRCH') return false;
  }
  const ownTicks = startTicksOf(process.pid);
  const ticks = startTicksOf(pid);
  if (ownTicks === undefined || ticks === undefined) return true;
  // Counted from our own start, and not from the machine's: in a container the two may not fit together. Our start seems later
  // when the clock was set forward or the machine slept, and earlier when it was set back: the earlier one lets owners live.
  const startedMs = Math.min(FIRST_KNOWN_START_MS, ownStartMs()) + (ticks - ownTicks) * TICK_MS;
  return startedMs <= lockedMs + CLOCKS_DIFFER_MS;
}

/** By the clock of now; `process.uptime` stands still while the machine sleeps. */
function ownStartMs(): number {
  return Date.now() - process.uptime() * 1000;
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
