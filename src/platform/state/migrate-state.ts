// Brings a state from one version to the next, copy first. Killed at any moment, it leaves the old state or the new one:
//
//   1. before-N/   a copy of each database, and VERSION: the way back. Complete once it bears that name.
//   2. next.part/  copies of those, changed by the steps, checked, on stable storage
//   3. next/       its new name: the commit. From here on the new version is the truth (`readStateVersion` looks here first)
//   4. its files are renamed over the old ones, VERSION last; what a crash leaves of this is done at the next start
//
// Nothing else may have the state open: the caller holds `owner.lock`.

import { closeSync, copyFileSync, existsSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { syncDirectoryNow, writeAtomically } from '#platform/files/atomic-write.ts';
import { isDamage } from '#platform/files/sqlite-damage.ts';
import { DATABASES, type StateStep } from './state-steps.ts';
import {
  formatStateVersion,
  NEXT_FOLDER,
  type StateVersion,
  VERSION_FILE,
  writeStateVersion,
} from './state-version.ts';

export interface Migration {
  readonly folder: string;
  /** `undefined`: the state has no VERSION file. */
  readonly from: StateVersion | undefined;
  readonly to: StateVersion;
  readonly steps: readonly StateStep[];
}

/** Throws when it cannot be done; the state is then as it was. */
export function migrateState(migration: Migration): void {
  const { folder, from, to, steps } = migration;
  if (steps.every(({ change }) => change === undefined)) {
    writeStateVersion(folder, to);
    return;
  }
  const part = join(folder, `${NEXT_FOLDER}.part`);
  const before = beforeFolder(folder, from?.number ?? 0);
  try {
    prepareNext(migration, before, part);
  } catch (cause) {
    // They may be what there was no room for.
    for (const copies of [part, before, `${before}.part`]) rmSync(copies, { recursive: true, force: true });
    throw cause;
  }
  renameSync(part, join(folder, NEXT_FOLDER));
  syncDirectoryNow(folder);
  finishMigration(folder);
}

function prepareNext({ folder, from, to, steps }: Migration, before: string, part: string): void {
  keepBefore(folder, from, before);
  emptyFolder(part);
  for (const file of databasesIn(before)) copyFileSync(join(before, file), join(part, file));
  for (const { change } of steps) change?.(part);
  for (const file of readdirSync(part)) finishDatabase(join(part, file));
  writeAtomically(join(part, VERSION_FILE), formatStateVersion(to));
}

/** What was decided is carried through; nothing to do where no `next/` is. */
export function finishMigration(folder: string): void {
  const next = join(folder, NEXT_FOLDER);
  if (!existsSync(next)) return;
  for (const file of databasesIn(next)) {
    // SQLite would apply the old database's log to the new one.
    for (const suffix of ['-wal', '-shm']) rmSync(join(folder, file + suffix), { force: true });
    renameSync(join(next, file), join(folder, file));
  }
  syncDirectoryNow(folder);
  if (existsSync(join(next, VERSION_FILE))) renameSync(join(next, VERSION_FILE), join(folder, VERSION_FILE));
  syncDirectoryNow(folder);
  rmSync(next, { recursive: true });
}

/** The name of the folder that a state of this version is kept in. */
export function beforeFolder(folder: string, version: number): string {
  return join(folder, `before-${version}`);
}

function keepBefore(folder: string, from: StateVersion | undefined, before: string): void {
  const part = emptyFolder(`${before}.part`);
  for (const file of databasesIn(folder)) copyDatabase(join(folder, file), join(part, file));
  if (from !== undefined) writeAtomically(join(part, VERSION_FILE), formatStateVersion(from));
  syncDirectoryNow(part);
  // One of an earlier attempt, or of before somebody went back: this one is younger.
  rmSync(before, { recursive: true, force: true });
  renameSync(part, before);
  syncDirectoryNow(folder);
}

/** With what still stands in the write-ahead log. A story book that is broken is left out: it is set aside when opened. */
function copyDatabase(file: string, copy: string): void {
  closeSync(openSync(copy, 'wx', 0o600));
  const database = new DatabaseSync(file);
  try {
    database.prepare('VACUUM INTO ?').run(copy);
  } catch (cause) {
    if (basename(file) === 'directory.db' || !isDamage(cause)) throw cause;
    rmSync(copy);
    return;
  } finally {
    database.close();
  }
  syncDirectoryNow(copy);
}

/** Whole, without a log of its own, and on stable storage. */
function finishDatabase(file: string): void {
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA journal_mode = DELETE');
    const found = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    if (found !== 'ok') throw new Error(`${file} is not whole after the change: ${String(found)}`);
  } finally {
    database.close();
  }
  syncDirectoryNow(file);
}

function databasesIn(folder: string): string[] {
  return DATABASES.filter((file) => existsSync(join(folder, file)));
}

function emptyFolder(path: string): string {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { mode: 0o700 });
  return path;
}
