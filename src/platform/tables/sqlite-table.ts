// `sqlite:` tables: a database that another program fills, asked with a query of its owner's. The query may be slow, or wait
// for a writer, so that each table has a thread (some 6 MB). One that does not answer in time is given up, and what waits
// for it fails for now; it ends when its query does, for SQLite cannot be stopped from here, and another one is started
// only while few of those are left. sqlite_table(5)

import { Worker } from 'node:worker_threads';
import { WorldError } from '#base/world-error.ts';
import { domainOf, expand } from './expansion.ts';
import type { OpenTable } from './opened-table.ts';
import { bindKey } from './sqlite-query.ts';
import { parseSqliteSettings, type SqliteSettings } from './sqlite-settings.ts';
import type { SqliteAnswer, SqliteThreadSettings } from './sqlite-thread.ts';
import { readTableFile } from './table-file.ts';

export interface SqliteLimits {
  /** From the question to the answer, those before it included. */
  readonly timeoutMs: number;
  /** Of one answer, whatever `expansion_limit` says. */
  readonly mostRows: number;
  /** Questions that wait for an answer. */
  readonly mostWaiting: number;
  /** Threads that were given up and whose query still runs. */
  readonly mostGivenUp: number;
}

export const DEFAULT_SQLITE_LIMITS: SqliteLimits = {
  timeoutMs: 5_000,
  mostRows: 10_000,
  mostWaiting: 1_000,
  mostGivenUp: 1,
};

interface Waiting {
  readonly resolve: (rows: readonly (readonly string[])[]) => void;
  readonly reject: (error: WorldError) => void;
  readonly timer: NodeJS.Timeout;
}

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
  readonly #limits: SqliteLimits;
  readonly #waiting = new Map<number, Waiting>();
  #thread: Worker | undefined;
  #givenUp = 0;
  #lastId = 0;

  constructor(name: string, settings: SqliteSettings, limits: SqliteLimits) {
    this.name = name;
    this.#settings = settings;
    this.#limits = limits;
  }

  async prepare(): Promise<void> {
    await this.#ask(undefined);
  }

  async find(written: string): Promise<string | undefined> {
    const key = written.toLowerCase();
    if (!this.#isServed(key)) return undefined;
    const parameters = bindKey(this.#settings.query, key);
    if (parameters === undefined) return undefined;
    const values = (await this.#ask(parameters)).flat().filter((value) => value !== '');
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
    const thread = this.#thread;
    this.#endThread(new Error('the table is closed'));
    await thread?.terminate();
  }

  /** With `domain = …` only addresses in these domains are asked for: no bare names, and no `@domain`. */
  #isServed(key: string): boolean {
    const { domains } = this.#settings;
    if (domains.length === 0) return true;
    const domain = domainOf(key);
    return domain !== undefined && !key.startsWith('@') && domains.includes(domain);
  }

  #ask(parameters: readonly string[] | undefined): Promise<readonly (readonly string[])[]> {
    if (this.#waiting.size >= this.#limits.mostWaiting) {
      return Promise.reject(this.#failure(new Error('too many questions wait for the database')));
    }
    if (this.#thread === undefined && this.#givenUp > this.#limits.mostGivenUp) {
      return Promise.reject(this.#failure(new Error('earlier questions still keep the database busy')));
    }
    this.#thread ??= this.#startThread();
    const thread = this.#thread;
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        if (this.#thread === thread) this.#giveUp(thread);
      }, this.#limits.timeoutMs);
      this.#waiting.set(id, { resolve, reject, timer });
      thread.postMessage({ id, parameters });
    });
  }

  #startThread(): Worker {
    const settings: SqliteThreadSettings = {
      databasePath: this.#settings.databasePath,
      sql: this.#settings.query.sql,
      busyTimeoutMs: Math.floor(this.#limits.timeoutMs / 2),
      mostRows: this.#limits.mostRows,
    };
    const thread = new Worker(new URL('./sqlite-thread.ts', import.meta.url), { workerData: settings });
    thread.unref();
    thread.on('message', (answer: SqliteAnswer) => this.#settle(answer));
    thread.on('error', (error) => {
      if (this.#thread === thread) this.#endThread(error);
    });
    return thread;
  }

  #settle(answer: SqliteAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    if (waiting === undefined) return;
    this.#waiting.delete(answer.id);
    clearTimeout(waiting.timer);
    if (answer.ok) waiting.resolve(answer.rows);
    else waiting.reject(this.#failure(new Error(answer.message)));
  }

  #giveUp(thread: Worker): void {
    this.#givenUp++;
    thread.once('exit', () => this.#givenUp--);
    void thread.terminate();
    this.#endThread(new Error(`no answer for ${this.#limits.timeoutMs} ms`));
  }

  /** The next question starts another one. */
  #endThread(cause: unknown): void {
    this.#thread = undefined;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(this.#failure(cause));
    }
    this.#waiting.clear();
  }

  #failure(cause: unknown): WorldError {
    return new WorldError(`look up in ${this.name}`, { transient: true, cause });
  }
}
