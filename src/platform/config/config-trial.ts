// A configuration on trial. Beside it lie the one before it (`valija.toml.former`) and, until it is confirmed, the moment when
// that one comes back (`valija.toml.unconfirmed`, milliseconds since 1970). The supervisor looks at them at each start and
// reload (processes/supervisor/trial.ts), so that the trial outlives every process of ours.
//
// The order is: former, unconfirmed, the file itself, each whole or not at all. Cut off in between, the file is still the former
// one, and its coming back changes nothing.

import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncDirectoryNow, writeAtomically } from '#platform/files/atomic-write.ts';

const formerOf = (file: string) => `${file}.former`;
const markOf = (file: string) => `${file}.unconfirmed`;

/** With `untilMs` it is on trial. What is there before is kept, with its owner and its mode. */
export function installConfig(file: string, text: string, untilMs: number | undefined): void {
  writeAtomically(formerOf(file), readFileSync(file, 'utf8'), file);
  if (untilMs !== undefined) writeAtomically(markOf(file), `${untilMs}\n`, file);
  writeAtomically(file, text, file);
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
