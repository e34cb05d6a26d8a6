// The one file that root makes: a user's first mbox in the mail spool, where neither the user nor the group mail may make
// one. It is new, or it is refused: root follows no link, and neither changes nor gives away what was there.

import { closeSync, constants, fchmodSync, fchownSync, fsyncSync, lstatSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Account, Denial } from './accounts.ts';
import { findGroup } from './privileges.ts';

const WRITABLE_BY_OTHERS = 0o002;
const STICKY = 0o1000;
const FRESH = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** As USER:mail, 0660. Content with a file of the user's that is there. Throws Denial. */
export function makeSpool(folder: string, { user, uid }: Account): void {
  checkFolder(folder);
  const file = join(folder, user);
  const descriptor = openFresh(file);
  if (descriptor === undefined) {
    checkFile(file, uid);
  } else {
    give(descriptor, file, uid);
    syncNames(folder);
  }
}

/** `undefined` where something is there already. */
function openFresh(file: string): number | undefined {
  try {
    return openSync(file, FRESH, 0o600);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return undefined;
    throw denial(file, error);
  }
}

function give(descriptor: number, file: string, uid: number): void {
  try {
    fchownSync(descriptor, uid, process.getuid?.() === 0 ? findGroup('mail') : (process.getgid?.() ?? 0));
    fchmodSync(descriptor, 0o660);
  } catch (error) {
    throw denial(file, error);
  } finally {
    closeSync(descriptor);
  }
}

/** What is delivered into it is promised, and must be found after a power cut. */
function syncNames(folder: string): void {
  try {
    const descriptor = openSync(folder, constants.O_RDONLY);
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw denial(folder, error);
  }
}

/** Where others could put a file of theirs in the place of another's, we make none. */
function checkFolder(folder: string): void {
  let owner: number;
  let mode: number;
  try {
    ({ uid: owner, mode } = statSync(folder));
  } catch (error) {
    throw denial(folder, error);
  }
  const isOpenToAll = (mode & WRITABLE_BY_OTHERS) !== 0 && (mode & STICKY) === 0;
  const own = process.getuid?.() ?? 0;
  if ((owner !== 0 && owner !== own) || isOpenToAll) {
    throw new Denial(`${folder}: it must be root's, and others may not write there: chown root, chmod o-w`, true);
  }
}

function checkFile(file: string, uid: number): void {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new Denial(`${file}: somebody took it away just now`, true);
  if (!found.isFile()) throw new Denial(`${file}: this is no ordinary file`, true);
  if (found.uid !== uid) throw new Denial(`${file}: it belongs to another user (uid ${found.uid})`, true);
  if (found.nlink !== 1) throw new Denial(`${file}: it has other names (hard links)`, true);
}

function denial(path: string, error: unknown): Denial {
  return new Denial(`${path}: ${error instanceof Error ? error.message : error}`, true);
}
