// Functions of the system's C libraries, called through koffi. Both are looked for when they are first needed: where one is
// missing, what needs it is refused in plain words and everything else works.

import { createRequire } from 'node:module';
import type * as Koffi from 'koffi';
import { WorldError } from '#base/world-error.ts';

export interface NativeLibrary {
  /** By its C prototype. */
  func(prototype: string): NativeFunction;
  /** Of the call that was made last, in this thread. */
  lastErrno(): number;
}

type NativeFunction = ReturnType<Koffi.LibraryHandle['func']>;

const require = createRequire(import.meta.url);

/** `purpose` begins the refusal: `system users need libcrypt.so.1: …`. Throws WorldError. */
export function openLibrary(file: string, purpose: string): NativeLibrary {
  try {
    const koffi = require('koffi') as typeof Koffi;
    const library = koffi.load(file);
    return { func: (prototype) => library.func(prototype), lastErrno: () => koffi.errno() };
  } catch (cause) {
    throw new WorldError(`${purpose} need ${file}`, { transient: false, cause });
  }
}

/** A failed call, with its code where `errnoOf` finds it. */
export function systemCallFailure(
  operation: string,
  errno: number,
  codes: Readonly<Record<number, string>>,
): WorldError {
  const code = codes[errno] ?? `errno ${errno}`;
  return new WorldError(operation, { transient: true, cause: Object.assign(new Error(code), { code }) });
}
