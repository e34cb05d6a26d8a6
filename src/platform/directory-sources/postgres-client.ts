// PostgreSQL, by the package `postgres`. The server itself ends statements that take too long; where it does not answer at
// all, the connections are given up and others are opened.

import type postgres from 'postgres';
import { inTime } from './deadline.ts';
import { OutOfReach } from './failover.ts';
import { MOST_ROWS, readPlace, type SqlClient, type SqlRows, type SqlServerSettings, textOf } from './sql-client.ts';
import { Turns } from './turns.ts';

const PORT = 5432;
/** The server's own end of a statement comes first. */
const GRACE_MS = 500;
const IDLE_SECONDS = 60;
/** Classes of SQLSTATE: connection failures, no resources, an operator's intervention. */
const ELSEWHERE = /^(?:08|53|57P|58)/;

export class PostgresClient implements SqlClient {
  readonly #settings: SqlServerSettings;
  readonly #turns: Turns;
  #sql: postgres.Sql | undefined;

  constructor(settings: SqlServerSettings) {
    this.#settings = settings;
    const { connectionLimit: atOnce, waitingLimit: waiting, timeoutMs: waitMs } = settings;
    this.#turns = new Turns({ atOnce, waiting, waitMs });
  }

  query(sql: string, values: readonly string[]): Promise<SqlRows> {
    const { host, timeoutMs } = this.#settings;
    return this.#turns.take(host, async () => {
      const connections = await this.#open();
      try {
        const answer = connections.unsafe(sql, [...values], { prepare: true }).values();
        const found = await inTime(answer, timeoutMs + GRACE_MS, host, () => this.#giveUp(connections));
        return rowsOf(found);
      } catch (error) {
        throw failureOf(error, host);
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opened = this.#sql;
    this.#sql = undefined;
    await opened?.end({ timeout: 0 });
  }

  async #open(): Promise<postgres.Sql> {
    // Not its promise is kept: what failed once, for want of a descriptor, is tried again.
    const { default: connect } = await import('postgres');
    this.#sql ??= this.#connect(connect);
    return this.#sql;
  }

  #connect(connect: typeof postgres): postgres.Sql {
    const { host, database, user, password, timeoutMs, connectionLimit } = this.#settings;
    const place = readPlace(host, PORT);
    return connect({
      ...(place.kind === 'socket' ? { path: place.path } : { host: place.host, port: place.port }),
      database,
      user,
      password,
      max: connectionLimit,
      connect_timeout: timeoutMs / 1_000,
      idle_timeout: IDLE_SECONDS,
      // Who asks while the server is down is told at once; when to try again is decided in front of it.
      backoff: () => 0,
      fetch_types: false,
      onnotice: () => undefined,
      connection: { application_name: 'valija', statement_timeout: timeoutMs, default_transaction_read_only: true },
    });
  }

  /** The next question opens others. */
  #giveUp(connections: postgres.Sql): void {
    if (this.#sql === connections) this.#sql = undefined;
    connections.end({ timeout: 0 }).catch(() => undefined);
  }
}

function rowsOf(found: postgres.ValuesRowList<postgres.Row[]>): SqlRows {
  if (found.length > MOST_ROWS) throw new Error(`the query finds more than ${MOST_ROWS} rows`);
  return {
    columns: found.columns.map(({ name }) => name.toLowerCase()),
    rows: found.map((row) => Array.from<unknown, string | undefined>(row, textOf)),
  };
}

function failureOf(error: unknown, host: string): Error {
  if (error instanceof OutOfReach || !(error instanceof Error)) return new OutOfReach(String(error));
  const isServers = error.name === 'PostgresError' && 'code' in error && !ELSEWHERE.test(String(error.code));
  const message = `${host}: ${error.message}`;
  return isServers ? new Error(message, { cause: error }) : new OutOfReach(message, { cause: error });
}
