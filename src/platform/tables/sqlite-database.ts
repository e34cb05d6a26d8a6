// A database of SQLite's that another program fills, only read. A query may be slow, or wait for a writer, so that each
// database has a thread (some 6 MB). One that does not answer in time is given up, and what waits for it fails for now; it
// ends when its query does, for SQLite cannot be stopped from here, and another one is started only while few of those are left.

import { Worker } from 'node:worker_threads';
import type { SqliteAnswer, SqliteOrder, SqliteRows, SqliteThreadSettings } from './sqlite-thread.ts';

export interface SqliteLimits {
  /** From the question to the answer, those before it included. */
  readonly timeoutMs: number;
  /** Of one answer. */
  readonly mostRows: number;
  /** Questions that wait for an answer. */
  readonly mostWaiting: number;
  /** Threads that were given up and whose query still runs. */
  readonly mostGivenUp: number;
}

export interface SqliteDatabase extends AsyncDisposable {
  /** Throws an Error in SQLite's words, or ours. */
  ask(sql: string, values: readonly string[]): Promise<SqliteRows>;
  /** Whether the query could be asked: throws as `ask` does. */
  prepare(sql: string): Promise<void>;
}

/** The file is opened with the first question. */
export function openSqliteDatabase(path: string, limits: SqliteLimits): SqliteDatabase {
  return new ThreadedDatabase(path, limits);
}

interface Waiting {
  readonly resolve: (found: SqliteRows) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

class ThreadedDatabase implements SqliteDatabase {
  readonly #path: string;
  readonly #limits: SqliteLimits;
  readonly #waiting = new Map<number, Waiting>();
  #thread: Worker | undefined;
  #givenUp = 0;
  #lastId = 0;

  constructor(path: string, limits: SqliteLimits) {
    this.#path = path;
    this.#limits = limits;
  }

  ask(sql: string, values: readonly string[]): Promise<SqliteRows> {
    return this.#ask(sql, values);
  }

  async prepare(sql: string): Promise<void> {
    await this.#ask(sql, undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const thread = this.#thread;
    this.#endThread(new Error('the database is closed'));
    await thread?.terminate();
  }

  #ask(sql: string, parameters: readonly string[] | undefined): Promise<SqliteRows> {
    if (this.#waiting.size >= this.#limits.mostWaiting) {
      return Promise.reject(new Error('too many questions wait for the database'));
    }
    if (this.#thread === undefined && this.#givenUp > this.#limits.mostGivenUp) {
      return Promise.reject(new Error('earlier questions still keep the database busy'));
    }
    this.#thread ??= this.#startThread();
    const thread = this.#thread;
    const order: SqliteOrder = { id: ++this.#lastId, sql, parameters };
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        if (this.#thread === thread) this.#giveUp(thread);
      }, this.#limits.timeoutMs);
      this.#waiting.set(order.id, { resolve, reject, timer });
      thread.postMessage(order);
    });
  }

  #startThread(): Worker {
    const settings: SqliteThreadSettings = {
      databasePath: this.#path,
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
    if (answer.ok) waiting.resolve(answer);
    else waiting.reject(new Error(answer.message));
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
    const error = cause instanceof Error ? cause : new Error(String(cause));
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#waiting.clear();
  }
}
