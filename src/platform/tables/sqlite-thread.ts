// The thread in which the queries to one database run: whatever a query costs, the event loop does not wait for it, and a
// query that takes too long ends with its thread. See `sqlite-database.ts`.

import { statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '#base/thrown.ts';

export interface SqliteThreadSettings {
  readonly databasePath: string;
  readonly busyTimeoutMs: number;
  readonly mostRows: number;
}

export interface SqliteOrder {
  readonly id: number;
  /** One of a few: its preparation is kept. */
  readonly sql: string;
  /** `undefined`: whether the query can be prepared, nothing else. */
  readonly parameters: readonly string[] | undefined;
}

export interface SqliteRows {
  /** In lower case. */
  readonly columns: readonly string[];
  /** `undefined` is NULL. */
  readonly rows: readonly (readonly (string | undefined)[])[];
}

export type SqliteAnswer =
  | ({ readonly id: number; readonly ok: true } & SqliteRows)
  | { readonly id: number; readonly ok: false; readonly message: string };

interface OpenDatabase extends Disposable {
  /** Which file it is: another one may have been put in its place. */
  readonly file: string;
  statementOf(sql: string): StatementSync;
}

const settings = workerData as SqliteThreadSettings;
let open: OpenDatabase | undefined;

parentPort?.on('message', ({ id, sql, parameters }: SqliteOrder) => {
  try {
    const statement = openDatabase().statementOf(sql);
    const columns = statement.columns().map(({ name }) => name.toLowerCase());
    answer({ id, ok: true, columns, rows: parameters === undefined ? [] : run(statement, parameters) });
  } catch (error) {
    open?.[Symbol.dispose]();
    open = undefined;
    answer({ id, ok: false, message: messageOf(error) });
  }
});

function openDatabase(): OpenDatabase {
  const { dev, ino } = statSync(settings.databasePath);
  const file = `${dev} ${ino}`;
  if (open?.file === file) return open;
  open?.[Symbol.dispose]();
  open = undefined;
  const database = new DatabaseSync(settings.databasePath, { readOnly: true, timeout: settings.busyTimeoutMs });
  const statements = new Map<string, StatementSync>();
  const statementOf = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    statement.setReturnArrays(true);
    statements.set(sql, statement);
    return statement;
  };
  open = { file, statementOf, [Symbol.dispose]: () => database.close() };
  return open;
}

function run(statement: StatementSync, parameters: readonly string[]): (string | undefined)[][] {
  const rows: (string | undefined)[][] = [];
  for (const row of statement.iterate(...parameters)) {
    if (rows.length === settings.mostRows) throw new Error(`the query finds more than ${settings.mostRows} rows`);
    // Arrays, because `setReturnArrays` asked for them.
    rows.push((row as unknown as unknown[]).map(textOf));
  }
  return rows;
}

function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  return value instanceof Uint8Array ? Buffer.from(value).toString() : String(value);
}

function answer(message: SqliteAnswer): void {
  parentPort?.postMessage(message);
}
