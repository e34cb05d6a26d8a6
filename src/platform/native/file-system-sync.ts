// Everything written to the file system of a descriptor so far, on stable storage: one call for thousands of files. It waits
// for the disk in libuv's pool.

import { cLibrary } from './c-library.ts';
import { systemCallFailure } from './library.ts';

const CODES = { 5: 'EIO', 9: 'EBADF', 28: 'ENOSPC', 122: 'EDQUOT' };

/** Throws WorldError also when an earlier write failed (Linux 5.8 and later), and where the C library cannot be called. */
export async function syncFileSystemOf(descriptor: number): Promise<void> {
  const library = cLibrary();
  const { promise, resolve } = Promise.withResolvers<number>();
  library.syncfs(descriptor, (failure, result) => resolve(failure ? -1 : result));
  if ((await promise) !== 0) throw systemCallFailure('syncing the file system', library.lastErrno(), CODES);
}
