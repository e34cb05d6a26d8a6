// `sqlite:` tables: a database that another program fills, asked with a query of its owner's. sqlite_table(5)

import { WorldError } from '#base/world-error.ts';
import type { OpenTable } from './opened-table.ts';
import { QueryTable } from './query-table.ts';
import { openSqliteDatabase, type SqliteLimits } from './sqlite-database.ts';
import { parseSqliteSettings } from './sqlite-settings.ts';
import { readTableFile } from './table-file.ts';

export const DEFAULT_SQLITE_LIMITS: SqliteLimits = {
  timeoutMs: 5_000,
  mostRows: 10_000,
  mostWaiting: 1_000,
  mostGivenUp: 1,
};

/** Throws WorldError where the file is wrong, or its database is not there. */
export async function openSqliteTable(
  name: string,
  path: string,
  limits: SqliteLimits = DEFAULT_SQLITE_LIMITS,
): Promise<OpenTable> {
  await using opened = new AsyncDisposableStack();
  try {
    const settings = parseSqliteSettings((await readTableFile(path)).toString(), path);
    const database = opened.use(openSqliteDatabase(settings.databasePath, limits));
    await database.prepare(settings.query.sql);
    // It is closed with the table.
    opened.move();
    return new QueryTable(name, settings, database);
  } catch (cause) {
    throw new WorldError(`open ${name}`, { transient: false, cause });
  }
}
