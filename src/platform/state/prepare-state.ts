// Before anything of the state is opened: is it of a version that this program knows, is the directory whole? A state that
// is older is brought up to date; one that is newer, or damaged, is left as it is, and whoever started us is told what was
// found, what is known here, and the way back.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { err, ok, type Result } from '#base/result.ts';
import { messageOf } from '#base/thrown.ts';
import { WorldError } from '#base/world-error.ts';
import { DirectoryDatabase } from '#platform/directory/database.ts';
import { isDamage } from '#platform/files/sqlite-damage.ts';
import { beforeFolder, finishMigration, migrateState } from './migrate-state.ts';
import { DATABASES, findSteps, STATE_STEPS, type StateStep } from './state-steps.ts';
import {
  readStateVersion,
  STATE_VERSION,
  type StateVersion,
  VERSION_FILE,
  writeStateVersion,
} from './state-version.ts';

export interface StatePreparation {
  /** `state_directory`; the caller owns it. */
  readonly folder: string;
  /** The version of this program. */
  readonly program: string;
  /** What this program knows, and how it gets there. */
  readonly known?: { readonly version: number; readonly steps: readonly StateStep[] };
}

/** What was done, one text for the log each; or why this state cannot be served. Throws WorldError where the disk fails. */
export function prepareState(preparation: StatePreparation): Result<string[], string> {
  const { folder, program, known = { version: STATE_VERSION, steps: STATE_STEPS } } = preparation;
  const found = readKnownVersion(folder, program, known.version);
  if (!found.ok) return found;
  const to = { number: known.version, writtenBy: program };
  if (found.value === undefined && isFresh(folder)) return begin(folder, to);
  return inWorld(folder, () => {
    finishMigration(folder);
    const damage = findDirectoryDamage(folder, found.value !== undefined);
    return damage === undefined ? bringUpToDate(folder, found.value, to, known.steps) : err(damage);
  });
}

/** Why this state cannot be served, found without changing anything, for who is not its owner. Throws as `prepareState`. */
export function findRefusal({ folder, program }: { folder: string; program: string }): string | undefined {
  const found = readKnownVersion(folder, program, STATE_VERSION);
  if (!found.ok) return found.error;
  return inWorld(folder, () => findDirectoryDamage(folder, found.value !== undefined));
}

function readKnownVersion(folder: string, program: string, known: number): Result<StateVersion | undefined, string> {
  const found = readStateVersion(folder);
  if (!found.ok) return err(`${found.error}. ${UNREADABLE_VERSION}`);
  if (found.value === undefined || found.value.number <= known) return found;
  return err(describeNewer(folder, found.value, known, program));
}

const UNREADABLE_VERSION = `Put it back from a copy. Where none is left, and no newer version of this server ever
ran on this state, remove the file: the server then writes it anew.`;

function isFresh(folder: string): boolean {
  return DATABASES.every((file) => !existsSync(join(folder, file)));
}

/** VERSION comes last: where it is, a directory must be. */
function begin(folder: string, to: StateVersion): Result<string[], string> {
  new DirectoryDatabase(join(folder, 'directory.db'))[Symbol.dispose]();
  return inWorld(folder, () => {
    writeStateVersion(folder, to);
    return ok([]);
  });
}

function bringUpToDate(
  folder: string,
  from: StateVersion | undefined,
  to: StateVersion,
  known: readonly StateStep[],
): Result<string[], string> {
  const number = from?.number ?? 0;
  if (number === to.number) return ok([]);
  const steps = findSteps(known, number, to.number);
  if (steps === undefined) return err(describeTooOld(folder, number, to));
  migrateState({ folder, from, to, steps });
  const kept = existsSync(beforeFolder(folder, number))
    ? `; the former is kept in ${beforeFolder(folder, number)}`
    : '';
  return ok([
    `the state was brought from version ${number} to ${to.number}: ${steps.map(({ description }) => description).join('; ')}${kept}`,
  ]);
}

/** A damaged directory, or an empty one where there was another, would make the server refuse mail for its own users. */
function findDirectoryDamage(folder: string, wasInUse: boolean): string | undefined {
  const file = join(folder, 'directory.db');
  const sizeBytes = statSync(file, { throwIfNoEntry: false })?.size;
  if (wasInUse && sizeBytes === undefined) return describeDamage(folder, 'it is missing, though this state was in use');
  if (wasInUse && sizeBytes === 0) return describeDamage(folder, 'it is empty, though this state was in use');
  if (sizeBytes === undefined) return undefined;
  const database = new DatabaseSync(file, { timeout: 5_000 });
  try {
    const found = String(database.prepare('PRAGMA quick_check(1)').get()?.['quick_check']);
    return found === 'ok' ? undefined : describeDamage(folder, found.replaceAll('\n', ' '));
  } catch (cause) {
    if (!isDamage(cause)) throw cause;
    return describeDamage(folder, messageOf(cause));
  } finally {
    database.close();
  }
}

function describeNewer(folder: string, found: StateVersion, known: number, program: string): string {
  const before = beforeFolder(folder, known);
  const copy = existsSync(before) ? `, or go back to the copy of before the upgrade, ${before}` : '';
  return `the state in ${folder} is of version ${found.number}, written by Valija ${found.writtenBy}; this is Valija ${program}, which knows
versions up to ${known}. Nothing was changed. Install Valija ${found.writtenBy} or newer${copy}: docs/upgrading.md says how.`;
}

function describeTooOld(folder: string, number: number, to: StateVersion): string {
  return `the state in ${folder} is of version ${number}; Valija ${to.writtenBy} cannot bring it up to version ${to.number} in one go.
Nothing was changed. Start a version in between first: docs/upgrading.md names them.`;
}

function describeDamage(folder: string, what: string): string {
  const file = join(folder, 'directory.db');
  return `${file} cannot be used: ${what}.
It holds the domains, accounts and passwords. The server does not start with less than all of them: it would refuse the mail
of those that are missing. Nothing was changed; the mail itself is not concerned. The ways back:
  1. Put a copy in its place, without the files ${file}-wal and -shm.
  2. Take out what can be read with sqlite3 ${file} .recover (Debian's sqlite3 has .dump only), look
     through it, and put it in place: docs/upgrading.md has the commands.
  3. To begin with an empty directory, move ${file} and ${join(folder, VERSION_FILE)} away.`;
}

function inWorld<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new WorldError(`preparing the state in ${folder}`, { transient: false, cause });
  }
}
