// `pgsql:` and `mysql:` tables: a query to the first server that answers. The file is only read when the table is opened; a
// server that is down stops no start. pgsql_table(5), mysql_table(5)

import { ok, type Result } from '#base/result.ts';
import { WorldError } from '#base/world-error.ts';
import { NUMBERED, QUESTION_MARKS } from '#mail/directory-sources/bound-query.ts';
import { Failover } from '#platform/directory-sources/failover.ts';
import { MysqlClient } from '#platform/directory-sources/mysql-client.ts';
import { PostgresClient } from '#platform/directory-sources/postgres-client.ts';
import type { SqlServerSettings } from '#platform/directory-sources/sql-client.ts';
import { parseKeyQuery, QUERY_NAMES } from './key-query.ts';
import type { OpenTable } from './opened-table.ts';
import { type QuerySettings, QueryTable } from './query-table.ts';
import { parseResultRules, RESULT_NAMES } from './result-rules.ts';
import { listOf, readSettingsFile } from './settings-file.ts';
import { readTableFile } from './table-file.ts';

export type ServerTableType = 'pgsql' | 'mysql';

/** What Postfix asks of a server, each process of its own by one connection. */
const SERVER_TABLE_LIMITS = { timeoutMs: 10_000, connectionLimit: 4, waitingLimit: 1_000 } as const;

const SERVER_NAMES = ['hosts', 'user', 'password', 'dbname'];
/** Known to Postfix, and of no meaning here: connections are kept and tried again by other rules, and texts are UTF-8. */
const IGNORED: Readonly<Record<ServerTableType, readonly string[]>> = {
  pgsql: ['encoding', 'idle_interval', 'retry_interval'],
  mysql: ['charset', 'idle_interval', 'retry_interval', 'require_result_set'],
};

interface ServerTableSettings extends QuerySettings {
  readonly servers: readonly SqlServerSettings[];
}

/** Throws WorldError where the file is wrong. */
export async function openServerTable(type: ServerTableType, name: string, path: string): Promise<OpenTable> {
  const settings = await readSettings(type, name, path);
  const clients = settings.servers.map((server) =>
    type === 'pgsql' ? new PostgresClient(server) : new MysqlClient(server),
  );
  const servers = new Failover(clients, () => performance.now());
  return new QueryTable(name, settings, {
    ask: (sql, values) => servers.ask((client) => client.query(sql, values)),
    [Symbol.asyncDispose]: () => servers[Symbol.asyncDispose](),
  });
}

async function readSettings(type: ServerTableType, name: string, path: string): Promise<ServerTableSettings> {
  try {
    const names = [...SERVER_NAMES, ...QUERY_NAMES, ...RESULT_NAMES, ...IGNORED[type]];
    const settings = interpret(type, readSettingsFile((await readTableFile(path)).toString(), path, names));
    if (settings.ok) return settings.value;
    throw new Error(`${path}: ${settings.error}`);
  } catch (cause) {
    throw new WorldError(`open ${name}`, { transient: false, cause });
  }
}

function interpret(type: ServerTableType, values: ReadonlyMap<string, string>): Result<ServerTableSettings, string> {
  const query = parseKeyQuery(values, type === 'pgsql' ? NUMBERED : QUESTION_MARKS);
  if (!query.ok) return query;
  const rules = parseResultRules(values);
  if (!rules.ok) return rules;
  const [user, password, database] = ['user', 'password', 'dbname'].map((key) => values.get(key) ?? '');
  const login = { user: user ?? '', password: password ?? '', database: database ?? '' };
  const servers = listOf(values, 'hosts', 'localhost').map((host) => ({ host, ...login, ...SERVER_TABLE_LIMITS }));
  return ok({ servers, query: query.value, rules: rules.value });
}
