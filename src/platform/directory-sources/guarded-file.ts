// Files that say who may log in are believed only where nobody else could have written them: they belong to root or to the
// server, and those with passwords are nobody else's to read. Symbolic links are not followed.

import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { WorldError } from '#base/world-error.ts';
import { errnoOf, isMissing } from '#platform/files/errno.ts';

/** Larger ones belong into a database. */
const MOST_PASSWD_BYTES = 64 * 1024 * 1024;

export interface Guard {
  readonly ownUid: number;
  /** Whether there are passwords in it. */
  readonly isSecret: boolean;
}

/** `undefined` where there is no such file. Throws WorldError, which says what is wrong and how to mend it. */
export async function readGuarded(path: string, guard: Guard): Promise<string | undefined> {
  try {
    // Without O_NONBLOCK a pipe in the file's place would be waited for.
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    return await readChecked(file, path, guard);
  } catch (cause) {
    // A name that is too long for a file is nobody's either.
    if (isMissing(cause) || ['ENOTDIR', 'ENAMETOOLONG'].includes(errnoOf(cause) ?? '')) return undefined;
    if (cause instanceof WorldError) throw cause;
    throw errnoOf(cause) === 'ELOOP'
      ? refusal(path, 'is a symbolic link; put the file itself there')
      : unreadable(path, cause);
  }
}

async function readChecked(file: FileHandle, path: string, guard: Guard): Promise<string> {
  const found = await file.stat();
  const complaint = findComplaint(path, found, guard);
  if (complaint !== undefined) throw refusal(path, complaint);
  return await file.readFile('utf8');
}

function findComplaint(path: string, found: Stats, guard: Guard): string | undefined {
  const { uid, mode, size } = found;
  const written = (mode & 0o7777).toString(8).padStart(4, '0');
  if (!found.isFile()) return 'is no file';
  if (uid !== 0 && uid !== guard.ownUid) {
    return `belongs to user ${uid}, neither to this server (user ${guard.ownUid}) nor to root: chown ${guard.ownUid} ${path}`;
  }
  if ((mode & 0o022) !== 0)
    return `may be written by others (mode ${written}): chmod ${guard.isSecret ? 640 : 644} ${path}`;
  if (guard.isSecret && (mode & 0o004) !== 0)
    return `has passwords, and others may read it (mode ${written}): chmod 640 ${path}`;
  return size > MOST_PASSWD_BYTES ? `is larger than ${MOST_PASSWD_BYTES} octets` : undefined;
}

function refusal(path: string, complaint: string): WorldError {
  return new WorldError(`${path} ${complaint}`, { transient: false });
}

function unreadable(path: string, cause: unknown): WorldError {
  return new WorldError(`read ${path}`, { transient: true, cause });
}
