// Locks a whole file as mail programs do, by fcntl. An «open file description» lock (Linux) keeps out, and is kept out by,
// the classic fcntl locks of mutt, Postfix, Dovecot and bsd-mailx. Classic ones of our own would be lost as soon as any other
// descriptor of the file is closed in this process, and would not keep two deliveries of one process apart.

import { cLibrary } from './c-library.ts';
import { systemCallFailure } from './library.ts';

const F_OFD_SETLK = 37;
const LOCK_TYPES = { shared: 0, exclusive: 1, none: 2 } as const;
const EACCES = 13;
const EAGAIN = 11;
const CODES = { 9: 'EBADF', 22: 'EINVAL', 37: 'ENOLCK' };

/** `struct flock` of 64-bit Linux: type, whence (0: from the start), start, length (0: to the end), process. */
const FLOCK_BYTES = 32;

/** False when somebody else holds it. The lock goes when the descriptor is closed. */
export function tryRecordLock(descriptor: number, kind: 'shared' | 'exclusive'): boolean {
  return setLock(descriptor, kind);
}

export function releaseRecordLock(descriptor: number): void {
  setLock(descriptor, 'none');
}

function setLock(descriptor: number, kind: keyof typeof LOCK_TYPES): boolean {
  const library = cLibrary();
  const flock = Buffer.alloc(FLOCK_BYTES);
  flock.writeInt16LE(LOCK_TYPES[kind], 0);
  if (library.fcntl(descriptor, F_OFD_SETLK, flock) === 0) return true;
  const errno = library.lastErrno();
  if (errno === EACCES || errno === EAGAIN) return false;
  throw systemCallFailure('locking a mailbox', errno, CODES);
}
