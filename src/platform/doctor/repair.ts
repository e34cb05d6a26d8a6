// Changes modes and owners, also as root, in folders that others can write: each step of the path is opened from the one before it and
// no symbolic link is followed, so that nobody can lead the change elsewhere; a file with a second name may be somebody else's.

import { closeSync, constants, fchmodSync, fchownSync, fstatSync, openSync } from 'node:fs';
import { isAbsolute, relative, sep } from 'node:path';
import type { Repair } from '#mail/doctor/finding.ts';

const STEP = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Throws what the system says where it cannot be done. */
export function carryOut(repair: Repair): void {
  withDescriptor(repair.base, repair.path, (descriptor) => {
    const stat = fstatSync(descriptor);
    if (!stat.isDirectory() && (!stat.isFile() || stat.nlink > 1))
      throw new Error('it is neither a folder nor a plain file');
    if (repair.kind === 'mode') fchmodSync(descriptor, repair.mode);
    else fchownSync(descriptor, repair.uid, repair.gid);
  });
}

/** `base` is where nobody but its owner and root can put anything. */
function withDescriptor(base: string, path: string, work: (descriptor: number) => void): void {
  const below = relative(base, path);
  if (below.startsWith('..') || isAbsolute(below)) throw new Error(`${path} is not below ${base}`);
  let at = openSync(base, STEP | constants.O_DIRECTORY);
  try {
    for (const name of below.split(sep).filter((step) => step !== '')) {
      const next = openSync(`/proc/self/fd/${at}/${name}`, STEP);
      closeSync(at);
      at = next;
    }
    work(at);
  } finally {
    closeSync(at);
  }
}
