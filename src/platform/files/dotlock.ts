// A lock file beside the file that it protects, as Dovecot makes and honours it: created with O_EXCL, holding
// `pid:host`. It is stale, and is removed, when its process on this host is dead, when it bears our own process id though
// we do not hold it (we were killed, and the same id came back), or when nobody touched it for `staleMs`.

import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorldError } from '#base/world-error.ts';
import { errnoOf, isMissing } from './errno.ts';

export interface DotlockLimits {
  readonly waitMs: number;
  readonly staleMs: number;
}

export const DOTLOCK_LIMITS: DotlockLimits = { waitMs: 10_000, staleMs: 120_000 };
const RETRY_MS = 20;

const held = new Set<string>();

/** `work` is synchronous: nobody waits for the disk's flush while the lock is held. */
export async function withDotlock<T>(path: string, work: () => T, limits: DotlockLimits = DOTLOCK_LIMITS): Promise<T> {
  const giveUpAt = performance.now() + limits.waitMs;
  while (!tryLock(path, limits.staleMs)) {
    if (performance.now() > giveUpAt) throw new WorldError(`waiting for ${path}`, { transient: true });
    await sleep(RETRY_MS);
  }
  held.add(path);
  try {
    return work();
  } finally {
    held.delete(path);
    rmSync(path, { force: true });
  }
}

function tryLock(path: string, staleMs: number): boolean {
  if (create(path)) return true;
  if (!isStale(path, staleMs)) return false;
  rmSync(path, { force: true });
  return create(path);
}

function create(path: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (cause) {
    if (errnoOf(cause) === 'EEXIST') return false;
    throw cause;
  }
  try {
    writeSync(file, `${process.pid}:${hostname()}`);
  } catch (cause) {
    rmSync(path, { force: true });
    throw cause;
  } finally {
    closeSync(file);
  }
  return true;
}

function isStale(path: string, staleMs: number): boolean {
  try {
    const [, pid, host] = /^(\d{1,10}):(.*)$/.exec(readFileSync(path, 'utf8').trim()) ?? [];
    if (pid !== undefined && host === hostname()) {
      return Number(pid) === process.pid ? !held.has(path) : !isAlive(Number(pid));
    }
    return Date.now() - statSync(path).mtimeMs > staleMs;
  } catch (cause) {
    // Released meanwhile: try to create it again at the next turn.
    if (isMissing(cause)) return false;
    throw cause;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return errnoOf(cause) !== 'ESRCH';
  }
}
