// Reads a file that an alias includes, `:include:/path`. A file that everybody may write would let everybody decide where
// mail goes, and run commands as its owner: it is refused, as Postfix refuses it. local(8), aliases(5)

import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { withoutByteOrderMark } from '#base/byte-order-mark.ts';
import { WorldError } from '#base/world-error.ts';

export interface IncludeFileLimits {
  readonly mostBytes: number;
}

const DEFAULT_INCLUDE_LIMITS: IncludeFileLimits = { mostBytes: 4 * 1024 * 1024 };

const WRITABLE_BY_OTHERS = 0o002;

/** Throws WorldError, transient: whoever can mend the file can do it while the mail waits. */
export async function readIncludeFile(path: string, limits = DEFAULT_INCLUDE_LIMITS): Promise<string> {
  try {
    if (!path.startsWith('/')) throw new Error('its path does not begin with "/"');
    // Without waiting: the path may lead to a pipe that nobody writes to.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return await readChecked(file, limits.mostBytes);
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new WorldError(`read :include:${path}`, { transient: true, cause });
  }
}

async function readChecked(file: FileHandle, mostBytes: number): Promise<string> {
  const found = await file.stat();
  if (!found.isFile()) throw new Error('it is no ordinary file');
  if ((found.mode & WRITABLE_BY_OTHERS) !== 0) throw new Error('everybody may write it (chmod o-w)');
  if (found.size > mostBytes) throw new Error(`it is larger than ${mostBytes} octets`);
  const octets = Buffer.alloc(found.size + 1);
  for (let length = 0; ; ) {
    const { bytesRead } = await file.read(octets, length, octets.length - length);
    length += bytesRead;
    if (length === octets.length) throw new Error('it grew while it was read');
    if (bytesRead === 0) return withoutByteOrderMark(octets.toString('utf8', 0, length));
  }
}
