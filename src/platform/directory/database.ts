// The SQLite file of the directory. A write is on the disk when it returns (WAL, synchronous=FULL); the server and a
// command may have it open at once. Statements are constant texts with bound values, prepared once: a login or an
// address can never become SQL. What SQLite throws leaves here as WorldError.

import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { Result } from '#base/result.ts';
import { WorldError } from '#base/world-error.ts';
import { KeptAnswers } from './kept-answers.ts';
import { MIGRATIONS } from './schema.ts';

/** How long a write waits for another process's; writes take a millisecond. */
const BUSY_TIMEOUT_MS = 3_000;

const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_IOERR = 10;
const SQLITE_FULL = 13;
const TRANSIENT = new Set([SQLITE_BUSY, SQLITE_LOCKED, SQLITE_IOERR, SQLITE_FULL]);

export class DirectoryDatabase implements Disposable {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #kept = new KeptAnswers(() => this.#version());

  constructor(file: string) {
    this.#database = asking(`opening ${file}`, () => openFile(file));
  }

  /** May be of some milliseconds ago where another process writes. */
  one<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    const read = () => this.#prepared(sql).get(...values);
    return asking('reading the directory', () => this.#kept.find(sql, values, read)) as Row | undefined;
  }

  /** What `read` put together from answers; under `question`, which is no SQL, and a value of its own. */
  kept<T>(question: string, value: string, read: () => T): T {
    return asking('reading the directory', () => this.#kept.find(question, [value], read));
  }

  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return asking('reading the directory', () => this.#prepared(sql).all(...values)) as Row[];
  }

  /** The id of the row that was inserted, where it was an INSERT. */
  run(sql: string, ...values: SQLInputValue[]): number {
    this.#kept.forget();
    return asking('writing the directory', () => Number(this.#prepared(sql).run(...values).lastInsertRowid));
  }

  /** All of it or nothing: a refusal takes back what was written before it. `work` never awaits. */
  transaction<T, E>(work: () => Result<T, E>): Result<T, E> {
    this.#control('BEGIN IMMEDIATE');
    try {
      const outcome = work();
      this.#control(outcome.ok ? 'COMMIT' : 'ROLLBACK');
      return outcome;
    } catch (cause) {
      if (this.#database.isTransaction) this.#control('ROLLBACK');
      throw cause;
    }
  }

  [Symbol.dispose](): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #control(sql: 'BEGIN IMMEDIATE' | 'COMMIT' | 'ROLLBACK'): void {
    this.#kept.forget();
    asking('writing the directory', () => this.#database.exec(sql));
  }

  /** Another one when another connection has written, as when a command changes something while the server runs. */
  #version(): unknown {
    return this.#prepared('PRAGMA data_version').get()?.['data_version'];
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function openFile(file: string): DatabaseSync {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // Made before SQLite opens it, so that nobody else can read the hashes, not even for a moment.
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: true, timeout: BUSY_TIMEOUT_MS });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;');
    migrate(database);
    return database;
  } catch (cause) {
    database.close();
    throw cause;
  }
}

function migrate(database: DatabaseSync): void {
  if (schemaVersion(database) === MIGRATIONS.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Asked again: another process may have done it while this one waited for the lock.
    const version = schemaVersion(database);
    if (version > MIGRATIONS.length) {
      throw new Error(`it was written by a newer version (${version}; this program knows ${MIGRATIONS.length})`);
    }
    for (const migration of MIGRATIONS.slice(version)) database.exec(migration);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    database.exec('COMMIT');
  } catch (cause) {
    database.exec('ROLLBACK');
    throw cause;
  }
}

function schemaVersion(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}

function asking<T>(operation: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const code = cause instanceof Error && 'errcode' in cause ? Number(cause.errcode) & 0xff : 0;
    throw new WorldError(operation, { transient: TRANSIENT.has(code), cause });
  }
}
