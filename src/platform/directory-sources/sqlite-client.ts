// A file of SQLite's that another program fills, only read, in a thread of its own.

import { openSqliteDatabase, type SqliteDatabase } from '#platform/tables/sqlite-database.ts';
import { MOST_ROWS, type SqlClient, type SqlRows, type SqlServerSettings } from './sql-client.ts';

export class SqliteClient implements SqlClient {
  readonly #database: SqliteDatabase;

  constructor({ database, timeoutMs, waitingLimit }: SqlServerSettings) {
    const limits = { timeoutMs, mostRows: MOST_ROWS, mostWaiting: waitingLimit, mostGivenUp: 1 };
    this.#database = openSqliteDatabase(database, limits);
  }

  async query(sql: string, values: readonly string[]): Promise<SqlRows> {
    return await this.#database.ask(sql, values);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database[Symbol.asyncDispose]();
  }
}
