// What the program that takes this one's place (execve(2)) finds open. Node marks all that it inherits to be closed then.

import { cLibrary } from './c-library.ts';
import { systemCallFailure } from './library.ts';

const F_SETFD = 2;
const NO_FLAGS = null;
const CODES = { 9: 'EBADF' };

/** Throws WorldError. */
export function leaveOpen(descriptor: number): void {
  const library = cLibrary();
  if (library.fcntl(descriptor, F_SETFD, NO_FLAGS) === 0) return;
  throw systemCallFailure('handing a descriptor on', library.lastErrno(), CODES);
}
