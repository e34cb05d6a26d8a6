// A second name for a file, where the file system has such.

import { link } from 'node:fs/promises';
import { errnoOf } from './errno.ts';

const NOT_HERE = new Set(['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP']);

/** False where the two are on different file systems, or on one where files have one name: then it must be copied. */
export async function tryLink(source: string, path: string): Promise<boolean> {
  try {
    await link(source, path);
    return true;
  } catch (cause) {
    if (NOT_HERE.has(errnoOf(cause) ?? '')) return false;
    throw cause;
  }
}
