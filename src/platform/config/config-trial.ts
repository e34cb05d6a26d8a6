// A configuration on trial. Beside it lie the one before it (`valija.toml.former`) and, until it is confirmed, the moment when
// that one comes back (`valija.toml.unconfirmed`, milliseconds since 1970). The supervisor looks at them at each start and
// reload (processes/supervisor/trial.ts), so that the trial outlives every process of ours.
//
// The order is: former, unconfirmed, the file itself, each whole or not at all. Cut off in between, the file is still the former
// one, and its coming back changes nothing.

import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { syncDirectoryNow } from '#platform/files/atomic-write.ts';

const formerOf = (file: string) => `${file}.former`;
const markOf = (file: string) => `${file}.unconfirmed`;

/** With `untilMs` it is on trial. What is there before is kept, with its owner and its mode. */
export function installConfig(file: string, text: string, untilMs: number | undefined): void {
  replace(formerOf(file), readFileSync(file, 'utf8'), file);
  if (untilMs !== undefined) replace(markOf(file), `${untilMs}\n`, file);
  replace(file, text, file);
}

/** The one before comes back at once: what was installed was not loaded. */
export function takeConfigBack(file: string): void {
  renameSync(formerOf(file), file);
  rmSync(markOf(file), { force: true });
  syncDirectoryNow(dirname(file));
}

/** When the one before comes back; `undefined` where nothing is on trial. */
export function trialEndMs(file: string): number | undefined {
  if (!existsSync(markOf(file))) return undefined;
  const untilMs = Number(readFileSync(markOf(file), 'utf8'));
  return Number.isSafeInteger(untilMs) ? untilMs : 0;
}

/** It stays. */
export function confirmConfig(file: string): void {
  rmSync(markOf(file), { force: true });
  syncDirectoryNow(dirname(file));
}

/** Old or new, whole, after any crash; as the model is to its owner and everybody else. */
function replace(path: string, text: string, model: string): void {
  const { uid, gid, mode } = statSync(model);
  const temporary = `${path}.new`;
  const descriptor = openSync(temporary, 'w', 0o600);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  if (process.getuid?.() === 0) chownSync(temporary, uid, gid);
  chmodSync(temporary, mode & 0o7777);
  renameSync(temporary, path);
  syncDirectoryNow(dirname(path));
}
