// What was freed in the heaps of the C library goes back to the system: by itself it gives back only what lies on top. Whole
// pages that are free, wherever they lie, in libuv's pool: some milliseconds for a hundred megabytes.

import { WorldError } from '#base/world-error.ts';
import { cLibrary } from './c-library.ts';

/** Where the C library cannot be called the memory stays, for whoever needs it next. */
export function giveBackFreeMemory(): void {
  try {
    cLibrary().mallocTrim(0, () => undefined);
  } catch (cause) {
    if (!(cause instanceof WorldError)) throw cause;
  }
}
