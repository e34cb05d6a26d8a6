// A lock file beside the file that it protects, as Dovecot makes and honours it, holding `pid:host`. It is linked into
// place whole: were it made first and written then, one killed in between would leave a lock without an owner. It is
// stale, and is removed, when its process on this host is dead or began after it, when it bears our own process id though
// we do not hold it (we were killed, and the same id came back), when it stays empty (another program was killed so), or,
// of another host, when nobody touched it for `staleMs`.

import { closeSync, ftruncateSync, linkSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorldError } from '#base/world-error.ts';
import { isOwnerAlive, readDotlock } from './dotlock-owner.ts';
import { errnoOf, isMissing } from './errno.ts';

export interface DotlockLimits {
  /** 0: not at all. */
  readonly waitMs: number;
  readonly staleMs: number;
}

/** Another program holds it, all the time that was waited. */
export class DotlockTaken extends WorldError {
  constructor(path: string) {
    super(`waiting for ${path}`, { transient: true });
    this.name = 'DotlockTaken';
  }
}

const DOTLOCK_LIMITS: DotlockLimits = { waitMs: 10_000, staleMs: 120_000 };
const RETRY_MS = 20;
const EMPTY_STALE_MS = 2000;

const OWNER = `${process.pid}:${hostname()}`;

const held = new Set<string>();

/** `work` gives way to others at most: nobody waits for the disk's flush while the lock is held. */
export async function withDotlock<T>(
  path: string,
  work: () => T | Promise<T>,
  limits: Partial<DotlockLimits> = {},
): Promise<T> {
  const { waitMs, staleMs } = { ...DOTLOCK_LIMITS, ...limits };
  const giveUpAt = performance.now() + waitMs;
  while (!tryLock(path, staleMs)) {
    if (performance.now() >= giveUpAt) throw new DotlockTaken(path);
    await sleep(RETRY_MS);
  }
  held.add(path);
  try {
    return await work();
  } finally {
    held.delete(path);
    remove(path);
  }
}

function tryLock(path: string, staleMs: number): boolean {
  if (create(path)) return true;
  if (!isStale(path, staleMs)) return false;
  remove(path);
  return create(path);
}

function create(path: string): boolean {
  const temporary = `${path}.${process.pid}`;
  try {
    writeOwner(temporary);
    linkSync(temporary, path);
    return true;
  } catch (cause) {
    if (errnoOf(cause) === 'EEXIST') return false;
    throw cause;
  } finally {
    remove(temporary);
  }
}

/** A full disk has room for a name: whoever reads and deletes there takes the lock without saying who holds it. */
function writeOwner(path: string): void {
  const file = openSync(path, 'w', 0o600);
  try {
    writeFileSync(file, OWNER);
  } catch (cause) {
    if (!['ENOSPC', 'EDQUOT'].includes(errnoOf(cause) ?? '')) throw cause;
    ftruncateSync(file);
  } finally {
    closeSync(file);
  }
}

/** Others remove what they find stale. */
function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
  }
}

function isStale(path: string, staleMs: number): boolean {
  if (held.has(path)) return false;
  try {
    const { pid, isEmpty, lockedMs } = readDotlock(path);
    if (pid !== undefined) return pid === process.pid || !isOwnerAlive(pid, lockedMs);
    return Date.now() - lockedMs > (isEmpty ? EMPTY_STALE_MS : staleMs);
  } catch (cause) {
    // Released meanwhile: try to create it again at the next turn.
    if (isMissing(cause)) return false;
    throw cause;
  }
}
