// `sqlite:` tables: a database that another program fills, asked with a query of its owner's. sqlite_table(5)

import { WorldError } from '#base/world-error.ts';
import { domainOf, expand } from './expansion.ts';
import type { OpenTable } from './opened-table.ts';
import { openSqliteDatabase, type SqliteDatabase, type SqliteLimits } from './sqlite-database.ts';
import { bindKey } from './sqlite-query.ts';
import { parseSqliteSettings, type SqliteSettings } from './sqlite-settings.ts';
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
  let table: SqliteTable | undefined;
  try {
    table = new SqliteTable(name, parseSqliteSettings((await readTableFile(path)).toString(), path), limits);
    await table.prepare();
    return table;
  } catch (cause) {
    await table?.[Symbol.asyncDispose]();
    throw cause instanceof WorldError ? cause : new WorldError(`open ${name}`, { transient: false, cause });
  }
}

class SqliteTable implements OpenTable {
  readonly name: string;
  readonly isPattern = false;
  readonly #settings: SqliteSettings;
  readonly #database: SqliteDatabase;

  constructor(name: string, settings: SqliteSettings, limits: SqliteLimits) {
    this.name = name;
    this.#settings = settings;
    this.#database = openSqliteDatabase(settings.databasePath, limits);
  }

  async prepare(): Promise<void> {
    try {
      await this.#database.prepare(this.#settings.query.sql);
    } catch (cause) {
      throw this.#failure(cause);
    }
  }

  async find(written: string): Promise<string | undefined> {
    const key = written.toLowerCase();
    if (!this.#isServed(key)) return undefined;
    const parameters = bindKey(this.#settings.query, key);
    if (parameters === undefined) return undefined;
    const values = (await this.#ask(parameters)).flat().filter((value) => value !== undefined && value !== '');
    const { expansionLimit, resultFormat } = this.#settings;
    const results = values.map((value) => expand(resultFormat, key, value)).filter((text) => text !== undefined);
    if (expansionLimit > 0 && results.length > expansionLimit) {
      throw this.#failure(new Error(`"${key}" has more than ${expansionLimit} results (expansion_limit)`));
    }
    return results.length === 0 ? undefined : results.join(',');
  }

  async entries(): Promise<undefined> {
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database[Symbol.asyncDispose]();
  }

  /** With `domain = …` only addresses in these domains are asked for: no bare names, and no `@domain`. */
  #isServed(key: string): boolean {
    const { domains } = this.#settings;
    if (domains.length === 0) return true;
    const domain = domainOf(key);
    return domain !== undefined && !key.startsWith('@') && domains.includes(domain);
  }

  async #ask(parameters: readonly string[]): Promise<readonly (readonly (string | undefined)[])[]> {
    try {
      return (await this.#database.ask(this.#settings.query.sql, parameters)).rows;
    } catch (cause) {
      throw this.#failure(cause);
    }
  }

  #failure(cause: unknown): WorldError {
    return new WorldError(`look up in ${this.name}`, { transient: true, cause });
  }
}
