// Takes a mailbox's two locks, fcntl and dotlock, and keeps them while its file is changed. Programs differ in the order in
// which they take them: whoever has one and cannot have the other gives the first back before he tries again, so that no two
// wait for each other. Between two tries the file may have been replaced: then the new one is opened.

import { type FileHandle, lstat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { err, ok, type Result } from '#base/result.ts';
import { isMissing } from '#platform/files/errno.ts';
import { releaseRecordLock, tryRecordLock } from '#platform/native/record-lock.ts';
import { tryDotlock } from './mailbox-dotlock.ts';
import { deferred, faultOf, type MailboxFault } from './mailbox-fault.ts';
import { type MailboxFileRules, openMailboxFile } from './open-mailbox-file.ts';

/** Postfix's `deliver_lock_attempts` × `deliver_lock_delay`, and `stale_lock_time`. */
export interface MailboxLockLimits {
  readonly waitMs: number;
  readonly staleMs: number;
}

export const MAILBOX_LOCK_LIMITS: MailboxLockLimits = { waitMs: 20_000, staleMs: 500_000 };

export interface MailboxLocking extends MailboxFileRules {
  readonly limits: MailboxLockLimits;
  /**
   * Who may not make files beside the mailbox (a user in /var/mail) has the fcntl lock alone, which every program takes
   * as well; `required` is for whoever should be able to.
   */
  readonly dotlock: 'required' | 'where-permitted';
}

export interface LockedMailbox extends AsyncDisposable {
  readonly file: FileHandle;
}

const FIRST_RETRY_MS = 10;
/** Short, for others may want the mailbox all the time: whoever sleeps long is never in luck. */
const LONGEST_RETRY_MS = 40;

/** Disposing it unlocks and closes. */
export async function lockMailbox(locking: MailboxLocking): Promise<Result<LockedMailbox, MailboxFault | 'missing'>> {
  const giveUpAt = performance.now() + locking.limits.waitMs;
  for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)) {
    const opened = await openMailboxFile(locking);
    if (!opened.ok) return opened;
    const locked = await lockOpened(locking, opened.value);
    if (locked !== 'held') return locked;
    if (performance.now() > giveUpAt) {
      return err(deferred('4.2.0', `unable to lock mailbox ${locking.path}: it is in use by another program`));
    }
    // Of different length each time: two that collided do not collide again.
    await sleep(retryMs * (0.5 + Math.random()));
  }
}

/** The file is closed unless the lock is taken. */
async function lockOpened(
  locking: MailboxLocking,
  file: FileHandle,
): Promise<Result<LockedMailbox, MailboxFault> | 'held'> {
  const { path, limits, dotlock } = locking;
  let isTaken = false;
  try {
    if (!tryRecordLock(file.fd, 'exclusive')) return 'held';
    const attempt = tryDotlock(path, limits.staleMs);
    if (attempt.kind === 'held') return 'held';
    if (attempt.kind === 'not-permitted' && dotlock === 'required') {
      return err(faultOf(`unable to create lock file ${path}.lock`, attempt.cause));
    }
    const lock = attempt.kind === 'locked' ? attempt.lock : undefined;
    isTaken = await isStillAt(path, file).catch(() => false);
    if (isTaken) return ok(lockedMailbox(file, lock));
    lock?.[Symbol.dispose]();
    return 'held';
  } catch (cause) {
    return err(faultOf(`unable to lock mailbox ${path}`, cause));
  } finally {
    if (!isTaken) await file.close();
  }
}

function lockedMailbox(file: FileHandle, lock: Disposable | undefined): LockedMailbox {
  return {
    file,
    async [Symbol.asyncDispose]() {
      lock?.[Symbol.dispose]();
      releaseRecordLock(file.fd);
      await file.close();
    },
  };
}

async function isStillAt(path: string, file: FileHandle): Promise<boolean> {
  try {
    const [named, opened] = await Promise.all([lstat(path), file.stat()]);
    return named.ino === opened.ino && named.dev === opened.dev;
  } catch (cause) {
    if (isMissing(cause)) return false;
    throw cause;
  }
}
