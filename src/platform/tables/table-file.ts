// The files that tables lie in: whether one was changed, and what is in it.

import { constants, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { errnoOf } from '#platform/files/errno.ts';

/** Larger tables belong into a database. */
const MOST_TABLE_BYTES = 512 * 1024 * 1024;

export interface FileStamp {
  readonly path: string;
  readonly modifiedNs: bigint;
  readonly mode: number;
  /** Another text where the file is another one, or was written to. */
  readonly text: string;
}

/**
 * `undefined` where there is no file. Synchronous: it takes some microseconds, once a second and table, while a place in
 * the thread pool may be as far away as eight password hashes.
 */
export function stampOf(path: string): FileStamp | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (found === undefined) return undefined;
  const { dev, ino, size, mtimeNs, ctimeNs, mode } = found;
  const text = [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  return { path, modifiedNs: mtimeNs, mode: Number(mode & 0o7777n), text };
}

/** What `stampOf` says of several, and why where it cannot. */
export function stampText(paths: readonly string[]): string {
  const texts = paths.map((path) => {
    try {
      return stampOf(path)?.text ?? 'missing';
    } catch (error) {
      return errnoOf(error) ?? 'unknown';
    }
  });
  return texts.join('|');
}

export async function readTableFile(path: string): Promise<Buffer> {
  // Without waiting: the path may lead to a pipe that nobody writes to.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new Error(`${path} is no ordinary file`);
    if (found.size > MOST_TABLE_BYTES) throw new Error(`the file is larger than ${MOST_TABLE_BYTES} octets`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}
