// The thread in which the queries of one `sqlite:` table run: whatever a query costs, the event loop does not wait for it,
// and a query that takes too long ends with its thread. See `sqlite-table.ts`.

import { statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

export interface SqliteThreadSettings {
  readonly databasePath: string;
  readonly sql: string;
  readonly busyTimeoutMs: number;
  readonly mostRows: number;
}

export interface SqliteOrder {
  readonly id: number;
  /** `undefined`: whether the query can be prepared, nothing else. */
  readonly parameters: readonly string[] | undefined;
}

export type SqliteAnswer =
  | { readonly id: number; readonly ok: true; readonly rows: readonly (readonly string[])[] }
  | { readonly id: number; readonly ok: false; readonly message: string };

interface OpenDatabase extends Disposable {
  /** Which file it is: another one may have been put in its place. */
  readonly file: string;
  readonly statement: StatementSync;
}

const settings = workerData as SqliteThreadSettings;
let open: OpenDatabase | undefined;

parentPort?.on('message', ({ id, parameters }: SqliteOrder) => {
  try {
    const { statement } = openDatabase();
    answer({ id, ok: true, rows: parameters === undefined ? [] : run(statement, parameters) });
  } catch (error) {
    open?.[Symbol.dispose]();
    open = undefined;
    answer({ id, ok: false, message: error instanceof Error ? error.message : String(error) });
  }
});

function openDatabase(): OpenDatabase {
  const { dev, ino } = statSync(settings.databasePath);
  const file = `${dev} ${ino}`;
  if (open?.file === file) return open;
  open?.[Symbol.dispose]();
  open = undefined;
  const database = new DatabaseSync(settings.databasePath, { readOnly: true, timeout: settings.busyTimeoutMs });
  try {
    const statement = database.prepare(settings.sql);
    statement.setReturnArrays(true);
    open = { file, statement, [Symbol.dispose]: () => database.close() };
    return open;
  } catch (cause) {
    database.close();
    throw cause;
  }
}

function run(statement: StatementSync, parameters: readonly string[]): string[][] {
  const rows: string[][] = [];
  for (const row of statement.iterate(...parameters)) {
    if (rows.length === settings.mostRows) throw new Error(`the query finds more than ${settings.mostRows} rows`);
    // Arrays, because `setReturnArrays` asked for them.
    rows.push((row as unknown as unknown[]).map(textOf));
  }
  return rows;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return value instanceof Uint8Array ? Buffer.from(value).toString() : String(value);
}

function answer(message: SqliteAnswer): void {
  parentPort?.postMessage(message);
}
