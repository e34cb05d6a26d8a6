// One database server, or one file, whatever its kind: a prepared statement and its values go in, rows of texts come out.

export interface SqlRows {
  /** Lower-case names, in the order of the values. */
  readonly columns: readonly string[];
  /** `undefined` is NULL. */
  readonly rows: readonly (readonly (string | undefined)[])[];
}

export interface SqlClient extends AsyncDisposable {
  /** Throws OutOfReach where the server does not answer, and an Error in its own words where it does not understand. */
  query(sql: string, values: readonly string[]): Promise<SqlRows>;
}

/** Of one answer. */
export const MOST_ROWS = 100_000;

export interface SqlServerSettings {
  /** `db.example.org`, `db.example.org:5433`, `unix:/run/mysqld/mysqld.sock`. */
  readonly host: string;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly timeoutMs: number;
  readonly connectionLimit: number;
  readonly waitingLimit: number;
}

export type Place =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'address'; readonly host: string; readonly port: number };

export function readPlace(host: string, usualPort: number): Place {
  if (host.startsWith('unix:')) return { kind: 'socket', path: host.slice('unix:'.length) };
  const [, bracketed, name, port] = /^(?:inet:)?(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(host) ?? [];
  return { kind: 'address', host: bracketed ?? name ?? host, port: port === undefined ? usualPort : Number(port) };
}

/** How any value of a column looks as a text. */
export function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  return value instanceof Date ? value.toISOString() : String(value);
}
