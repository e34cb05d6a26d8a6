// Everything written to the file system of a descriptor so far, on stable storage: one call for thousands of files. It waits
// for the disk: call it where nobody else waits, in a thread.

import { cLibrary } from './c-library.ts';
import { systemCallFailure } from './library.ts';

const CODES = { 5: 'EIO', 9: 'EBADF', 28: 'ENOSPC', 122: 'EDQUOT' };

/** Throws WorldError also when an earlier write failed (Linux 5.8 and later). */
export function syncFileSystemOf(descriptor: number): void {
  const library = cLibrary();
  if (library.syncfs(descriptor) !== 0) {
    throw systemCallFailure('syncing the file system', library.lastErrno(), CODES);
  }
}
