// Debian's libfaketime: a clock that a test sets for one program and its children.

import { existsSync, readdirSync } from 'node:fs';

/** The library for programs with threads; `undefined` where it is not installed. */
export function findFakeTime(): string | undefined {
  const places = readdirSync('/usr/lib').map((name) => `/usr/lib/${name}/faketime/libfaketimeMT.so.1`);
  return places.find((place) => existsSync(place));
}
