// A file with a name for a while: editors and filters of the user's are given one.

import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** In a folder of its own that nobody else can look into; gone with `use`'s end. */
export async function withNamedFile<T>(pieces: Iterable<Buffer>, use: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'mail-'));
  try {
    const path = join(folder, 'message');
    const descriptor = openSync(path, 'wx', 0o600);
    try {
      for (const piece of pieces) for (let done = 0; done < piece.length; ) done += writeSync(descriptor, piece, done);
    } finally {
      closeSync(descriptor);
    }
    return await use(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
