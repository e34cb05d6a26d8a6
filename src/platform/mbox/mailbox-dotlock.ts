// `/var/mail/usuario1.lock` beside the mailbox, as all mail programs make and honour it. Made with O_EXCL, so that nobody's
// link is followed, and holding `pid:host`. It is stale when its process on this host is dead or began after it, or when
// nobody touched it for `stale_lock_time`: other programs write something else into theirs, or nothing.

import { closeSync, lstatSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { isOwnerAlive, readDotlock } from '#platform/files/dotlock-owner.ts';
import { errnoOf, isMissing } from '#platform/files/errno.ts';

export type DotlockAttempt =
  | { readonly kind: 'locked'; readonly lock: Disposable }
  | { readonly kind: 'held' }
  /** This process may not make files in the mailbox's folder. */
  | { readonly kind: 'not-permitted'; readonly cause: Error };

const NOT_PERMITTED: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM', 'EROFS']);

/** Locks of this process: one that bears our process id and is not among them is from before a restart. */
const held = new Set<string>();

/** One try. Throws what is neither «held» nor «not permitted». */
export function tryDotlock(mailbox: string, staleMs: number): DotlockAttempt {
  const path = `${mailbox}.lock`;
  const first = create(path);
  if (first.kind !== 'held' || !isStale(path, staleMs)) return first;
  remove(path);
  return create(path);
}

function create(path: string): DotlockAttempt {
  try {
    const descriptor = openSync(path, 'wx', 0o644);
    try {
      writeSync(descriptor, `${process.pid}:${hostname()}`);
    } catch {
      // A full disk: an empty lock holds as well.
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    if (errnoOf(cause) === 'EEXIST') return { kind: 'held' };
    if (cause instanceof Error && NOT_PERMITTED.has(errnoOf(cause))) return { kind: 'not-permitted', cause };
    throw cause;
  }
  held.add(path);
  return { kind: 'locked', lock: { [Symbol.dispose]: () => held.delete(path) && remove(path) } };
}

function isStale(path: string, staleMs: number): boolean {
  try {
    // Not refreshed by reading: the time of its last change counts.
    if (Date.now() - lstatSync(path).mtimeMs > staleMs) return true;
    const { pid, lockedMs } = readDotlock(path);
    if (pid === undefined) return false;
    return pid === process.pid ? !held.has(path) : !isOwnerAlive(pid, lockedMs);
  } catch {
    // Gone meanwhile, or not ours to read: then its age is all that counts.
    return false;
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
  }
}
