// Opens a SQLite database to look at it, beside a running server or without one, and changes nothing: not even the files
// that SQLite makes beside a database. A file without a write-ahead log is nobody's at the moment, and is read as it is.

import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';

const BUSY_TIMEOUT_MS = 5_000;

export function openReadOnly(file: string): DatabaseSync {
  const options = { readOnly: true, timeout: BUSY_TIMEOUT_MS };
  if (existsSync(`${file}-wal`)) return new DatabaseSync(file, options);
  const url = pathToFileURL(file);
  url.searchParams.set('immutable', '1');
  return new DatabaseSync(url, options);
}

/** What SQLite finds wrong with its own structure; empty where all is well. Throws where it cannot even begin. */
export function findPageDamage(database: DatabaseSync, most: number): string[] {
  const found = database.prepare(`PRAGMA quick_check(${most})`).all();
  return found.map((row) => String(row['quick_check'])).filter((text) => text !== 'ok');
}

export function schemaVersionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}
