// A table that is a query to a database: one key in, the values of all rows out, with commas between.

import { WorldError } from '#base/world-error.ts';
import { bindKey, type KeyQuery } from './key-query.ts';
import type { OpenTable } from './opened-table.ts';
import { isServed, joinResults, type ResultRules } from './result-rules.ts';

export interface QuerySettings {
  readonly query: KeyQuery;
  readonly rules: ResultRules;
}

/** Who answers the query. Throws an Error in its own words. */
export interface AskedDatabase extends AsyncDisposable {
  ask(sql: string, values: readonly string[]): Promise<{ readonly rows: readonly (readonly (string | undefined)[])[] }>;
}

export class QueryTable implements OpenTable {
  readonly name: string;
  readonly isPattern = false;
  readonly #settings: QuerySettings;
  readonly #database: AskedDatabase;

  constructor(name: string, settings: QuerySettings, database: AskedDatabase) {
    this.name = name;
    this.#settings = settings;
    this.#database = database;
  }

  async find(written: string): Promise<string | undefined> {
    const { query, rules } = this.#settings;
    const key = written.toLowerCase();
    const values = isServed(rules, key) ? bindKey(query, key) : undefined;
    // No database has a text with NUL in it.
    if (values === undefined || key.includes('\0')) return undefined;
    try {
      const { rows } = await this.#database.ask(query.sql, values);
      return joinResults(rules, key, rows.flat());
    } catch (cause) {
      throw new WorldError(`look up in ${this.name}`, { transient: true, cause });
    }
  }

  async entries(): Promise<undefined> {
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database[Symbol.asyncDispose]();
  }
}
