// `VERSION`: one number for everything below the state directory, and the server that wrote it. It is raised whenever an
// older server could misread what a newer one keeps. Two lines: the number, and a text for people.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '#base/result.ts';
import { writeAtomically } from '#platform/files/atomic-write.ts';
import { isMissing } from '#platform/files/errno.ts';

/** What this program writes and reads. */
export const STATE_VERSION = 3;
export const VERSION_FILE = 'VERSION';
/** A migration that is decided and not carried through yet: what stands in here counts. See `migrate-state.ts`. */
export const NEXT_FOLDER = 'next';

export interface StateVersion {
  readonly number: number;
  /** The server's version, such as `0.1.0`. */
  readonly writtenBy: string;
}

/** `undefined`: no server with a VERSION file was ever here. An error says what is wrong with the file. */
export function readStateVersion(folder: string): Result<StateVersion | undefined, string> {
  for (const file of [join(folder, NEXT_FOLDER, VERSION_FILE), join(folder, VERSION_FILE)]) {
    const text = readText(file);
    if (text === undefined) continue;
    const version = parseStateVersion(text);
    return version === undefined ? err(`${file} is no version file`) : ok(version);
  }
  return ok(undefined);
}

export function writeStateVersion(folder: string, version: StateVersion): void {
  writeAtomically(join(folder, VERSION_FILE), formatStateVersion(version));
}

export function formatStateVersion({ number, writtenBy }: StateVersion): string {
  return `${number}\nwritten by Valija ${writtenBy}\n`;
}

export function parseStateVersion(text: string): StateVersion | undefined {
  const [, number, writtenBy] = /^(\d{1,6})\nwritten by Valija (\S{1,100})\n$/.exec(text) ?? [];
  return number === undefined || writtenBy === undefined ? undefined : { number: Number(number), writtenBy };
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}
