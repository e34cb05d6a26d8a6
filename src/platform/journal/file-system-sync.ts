// Everything written to some file systems so far, on stable storage: one call for thousands of files. The kernel tells of
// failed writes since the last call (syncfs, Linux 5.8 and later). Where the C library cannot be called, `sync -f` does it:
// starting a process stops the thread that does it for some 20 ms.

import { execFile } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { WorldError } from '#base/world-error.ts';
import { syncFileSystemOf } from '#platform/native/file-system-sync.ts';

const run = promisify(execFile);

export async function syncFileSystems(paths: readonly string[]): Promise<void> {
  try {
    for (const path of paths) await syncFileSystemAt(path);
  } catch (cause) {
    if (!(cause instanceof WorldError)) throw new WorldError('syncing the file system', { transient: true, cause });
    if (cause.transient) throw cause;
    await syncByProcess(paths);
  }
}

async function syncFileSystemAt(path: string): Promise<void> {
  const descriptor = openSync(path, 'r');
  try {
    await syncFileSystemOf(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

async function syncByProcess(paths: readonly string[]): Promise<void> {
  try {
    await run('sync', ['-f', ...paths]);
  } catch (cause) {
    throw new WorldError('syncing the file system', { transient: true, cause });
  }
}
