// Opening a database whose loss stops nothing: a broken file is renamed, reported, and a new one begun; where not even that
// can be written, what it would hold is kept in memory.

import { closeSync, existsSync, openSync, renameSync } from 'node:fs';
import { messageOf } from '#base/thrown.ts';

/** For the administrator: what happened, and where the old file is. */
export type Report = (text: string) => void;

export interface DatabaseKind<Database> {
  /** Throws what SQLite throws when the file is no database of ours. */
  readonly open: (path: string) => Database;
  /** In the report: `journeys`. */
  readonly contents: string;
}

export function openDisposableDatabase<Database>(
  path: string,
  kind: DatabaseKind<Database>,
  nowMs: number,
  report: Report,
): Database {
  try {
    return openPrivately(path, kind);
  } catch (error) {
    const isOfNoUse = existsSync(path) && isBroken(error);
    return isOfNoUse ? reopen(path, kind, nowMs, report, error) : keepInMemory(path, kind, report, error);
  }
}

/** Who wrote to whom is nobody else's business: SQLite's other files take their mode from this one. */
function openPrivately<Database>(path: string, { open }: DatabaseKind<Database>): Database {
  closeSync(openSync(path, 'a', 0o600));
  return open(path);
}

/** True when the file, and not the disk or a lock, is what is wrong. */
export function isBroken(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // The file system's own complaints (no right, no room, a folder) bear a name; ours, about the version, bear nothing.
  if ('code' in error && !('errcode' in error)) return false;
  const code = 'errcode' in error ? Number(error.errcode) & 0xff : undefined;
  return code === undefined || code === SQLITE_ERROR || code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}

const SQLITE_ERROR = 1;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

function reopen<Database>(
  path: string,
  kind: DatabaseKind<Database>,
  nowMs: number,
  report: Report,
  cause: unknown,
): Database {
  const aside = `${path}.broken-${new Date(nowMs).toISOString().replace(/[:.]/g, '-')}`;
  try {
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
    }
    report(`${path} was broken (${messageOf(cause)}); it is kept as ${aside}, and a new one was begun`);
    return openPrivately(path, kind);
  } catch (error) {
    return keepInMemory(path, kind, report, error);
  }
}

function keepInMemory<Database>(path: string, kind: DatabaseKind<Database>, report: Report, error: unknown): Database {
  report(`${path} cannot be used (${messageOf(error)}); ${kind.contents} are kept in memory until the next start`);
  return kind.open(':memory:');
}
