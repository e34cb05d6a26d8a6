// Opening journeys.db never stops the server: a broken file is renamed, reported, and a new one begun; where not even that
// can be written, the journeys of this run are kept in memory.

import { closeSync, existsSync, openSync, renameSync } from 'node:fs';
import { JourneyDatabase } from './journey-database.ts';

/** For the administrator: what happened, and where the old file is. */
export type Report = (text: string) => void;

export function openJourneyDatabase(path: string, nowMs: number, report: Report): JourneyDatabase {
  try {
    return openPrivately(path);
  } catch (error) {
    return existsSync(path) && isBroken(error) ? reopen(path, nowMs, report, error) : keepInMemory(path, report, error);
  }
}

/** Who wrote to whom is nobody else's business: SQLite's other files take their mode from this one. */
function openPrivately(path: string): JourneyDatabase {
  closeSync(openSync(path, 'a', 0o600));
  return new JourneyDatabase(path);
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

function reopen(path: string, nowMs: number, report: Report, cause: unknown): JourneyDatabase {
  const aside = `${path}.broken-${new Date(nowMs).toISOString().replace(/[:.]/g, '-')}`;
  try {
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
    }
    report(`${path} was broken (${messageOf(cause)}); it is kept as ${aside}, and a new one was begun`);
    return openPrivately(path);
  } catch (error) {
    return keepInMemory(path, report, error);
  }
}

function keepInMemory(path: string, report: Report, error: unknown): JourneyDatabase {
  report(`${path} cannot be used (${messageOf(error)}); journeys are kept in memory until the next start`);
  return new JourneyDatabase(':memory:');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
