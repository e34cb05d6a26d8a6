// A file that is either the old one or the new one, whole, after any crash. Synchronous: called in the store's thread,
// for files of a few kilobytes.

import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

/**
 * On stable storage when it returns; the rename is the commit point. It is to its owner and everybody else as `model` is;
 * without one it is private.
 */
export function writeAtomically(path: string, octets: string | Buffer, model?: string): void {
  const temporary = `${path}.new`;
  try {
    const file = openSync(temporary, 'w', 0o600);
    try {
      writeFileSync(file, octets);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (model !== undefined) takeAfter(temporary, model);
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw cause;
  }
  syncDirectoryNow(dirname(path));
}

function takeAfter(path: string, model: string): void {
  const { uid, gid, mode } = statSync(model);
  if (process.getuid?.() === 0) chownSync(path, uid, gid);
  chmodSync(path, mode & 0o7777);
}

export function syncDirectoryNow(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
