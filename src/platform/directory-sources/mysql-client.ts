// MySQL and MariaDB, by the package `mysql2`. A connection that does not answer in time is ended; the next question opens
// another one.

import type { Pool, PoolConnection, PoolOptions } from 'mysql2/promise';
import { inTime } from './deadline.ts';
import { OutOfReach } from './failover.ts';
import { MOST_ROWS, readPlace, type SqlClient, type SqlRows, type SqlServerSettings, textOf } from './sql-client.ts';
import { Turns } from './turns.ts';

const PORT = 3306;
const IDLE_MS = 60_000;
/** Of the server about a statement; all else is about the connection. */
const ABOUT_STATEMENT = /^ER_(?!CON_COUNT|TOO_MANY_USER|ACCESS_DENIED|SERVER_SHUTDOWN|HOST_)/;

export class MysqlClient implements SqlClient {
  readonly #settings: SqlServerSettings;
  readonly #turns: Turns;
  #pool: Pool | undefined;

  constructor(settings: SqlServerSettings) {
    this.#settings = settings;
    const { connectionLimit: atOnce, waitingLimit: waiting, timeoutMs: waitMs } = settings;
    this.#turns = new Turns({ atOnce, waiting, waitMs });
  }

  query(sql: string, values: readonly string[]): Promise<SqlRows> {
    const { host, timeoutMs } = this.#settings;
    return this.#turns.take(host, async () => {
      let connection: PoolConnection | undefined;
      let isLate = false;
      const answer = (async () => {
        const pool = await this.#open();
        connection = await pool.getConnection();
        // Opened for somebody who does not wait any more.
        if (isLate) connection.destroy();
        return await connection.execute({ sql, rowsAsArray: true }, [...values]);
      })();
      try {
        const [rows, columns] = await inTime(answer, timeoutMs, host, () => {
          isLate = true;
        });
        connection?.release();
        return rowsOf(rows, columns);
      } catch (error) {
        connection?.destroy();
        throw failureOf(error, host);
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    await pool?.end();
  }

  async #open(): Promise<Pool> {
    // Not its promise is kept: what failed once, for want of a descriptor, is tried again.
    const { createPool } = await import('mysql2/promise');
    this.#pool ??= createPool(this.#options());
    return this.#pool;
  }

  #options(): PoolOptions {
    const { host, database, user, password, timeoutMs, connectionLimit } = this.#settings;
    const place = readPlace(host, PORT);
    return {
      ...(place.kind === 'socket' ? { socketPath: place.path } : { host: place.host, port: place.port }),
      database,
      user,
      password,
      charset: 'utf8mb4',
      connectionLimit,
      connectTimeout: timeoutMs,
      idleTimeout: IDLE_MS,
      multipleStatements: false,
      disableEval: true,
    };
  }
}

function rowsOf(rows: unknown, columns: readonly { readonly name: string }[]): SqlRows {
  // Rows are arrays, because `rowsAsArray` asked for them; what is no query has none.
  const found = Array.isArray(rows) ? (rows as unknown[][]) : [];
  if (found.length > MOST_ROWS) throw new Error(`the query finds more than ${MOST_ROWS} rows`);
  return { columns: columns.map(({ name }) => name.toLowerCase()), rows: found.map((row) => row.map(textOf)) };
}

function failureOf(error: unknown, host: string): Error {
  if (error instanceof OutOfReach) return error;
  const message = `${host}: ${error instanceof Error ? error.message || String(error) : String(error)}`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return ABOUT_STATEMENT.test(code) ? new Error(message, { cause: error }) : new OutOfReach(message, { cause: error });
}
