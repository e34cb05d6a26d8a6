// Everything written to some file systems so far, on stable storage: `sync -f`, one process for thousands of files. The
// kernel tells of failed writes since the last call (syncfs, Linux 5.8 and later).

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { WorldError } from '#base/world-error.ts';

const run = promisify(execFile);

export async function syncFileSystems(paths: readonly string[]): Promise<void> {
  try {
    await run('sync', ['-f', ...paths]);
  } catch (cause) {
    throw new WorldError('syncing the file system', { transient: true, cause });
  }
}
