// All of some changes to a database, or none.

import type { DatabaseSync } from 'node:sqlite';

/** `work` never awaits. What it throws, or what SQLite says of the changes, is thrown when they are taken back. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const value = work();
    database.exec('COMMIT');
    return value;
  } catch (error) {
    // A full disk may have ended it already.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
