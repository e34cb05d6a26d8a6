// Files of the state that hold keys, hashes, or who writes to whom: nobody but the server may read them.

import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { namesIn } from '#platform/files/names-in.ts';

/** Whole folders, whatever is in them. */
const SECRET_FOLDERS = ['dkim', 'journal', 'queue', 'tls/acme', 'configurations'];
const SECRET_FILES = /\.(?:db|db-wal|db-shm|secret|key)$/;
/** Folders in folders, such as `dkim/DOMAIN`. */
const DEEPEST = 3;

/** Relative to the state. Links are looked at, never followed. */
export function secretFilesIn(state: string): string[] {
  const single = ['', 'tls'].flatMap((below) => {
    const names = namesIn(join(state, below)).filter((name) => SECRET_FILES.test(name));
    return names.map((name) => join(below, name));
  });
  return [...single, ...SECRET_FOLDERS.flatMap((folder) => filesBelow(state, folder, 0))];
}

function filesBelow(state: string, folder: string, depth: number): string[] {
  if (depth > DEEPEST) return [];
  return namesIn(join(state, folder)).flatMap((name) => {
    const path = join(folder, name);
    const stat = lstatSync(join(state, path), { throwIfNoEntry: false });
    if (stat?.isDirectory()) return filesBelow(state, path, depth + 1);
    return stat?.isFile() ? [path] : [];
  });
}
