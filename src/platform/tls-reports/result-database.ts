// tls-results.db: counts of results, by day and domain, until a report was made of them. It is lived in by one thread
// (`result-thread.ts`). A power cut may cost the counts of the last moments.

import { DatabaseSync } from 'node:sqlite';
import type { ResultRow } from '#mail/tls-reports/result-sums.ts';
import { inTransaction } from '#platform/files/transaction.ts';

export const RESULTS_VERSION = 1;
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS results (
    day TEXT NOT NULL,
    domain TEXT NOT NULL,
    policy TEXT NOT NULL,
    failure TEXT NOT NULL,
    sessions INTEGER NOT NULL,
    PRIMARY KEY (day, domain, policy, failure)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS sent (
    day TEXT NOT NULL,
    domain TEXT NOT NULL,
    place TEXT NOT NULL,
    PRIMARY KEY (day, domain, place)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${RESULTS_VERSION};
`;

/** A report that is to be made. */
export interface DueReport {
  readonly day: string;
  readonly domain: string;
  /** Where it went already. */
  readonly sentTo: readonly string[];
}

export class ResultDatabase implements Disposable {
  readonly #database: DatabaseSync;

  /** Throws what SQLite throws when the file is no database of ours. */
  constructor(path: string) {
    this.#database = new DatabaseSync(path, { timeout: 5_000 });
    try {
      const version = this.#database.prepare('PRAGMA user_version').get()?.['user_version'];
      if (version !== 0 && version !== RESULTS_VERSION) throw new Error(`version ${version} is not known here`);
      this.#database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${SCHEMA}`);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** Beyond `most` kinds of results, those that are new are passed over. */
  add(rows: readonly ResultRow[], most: number): void {
    const count = this.#database.prepare(
      'UPDATE results SET sessions = sessions + ? WHERE day = ? AND domain = ? AND policy = ? AND failure = ?',
    );
    const begin = this.#database.prepare('INSERT INTO results VALUES (?, ?, ?, ?, ?)');
    let room = most - Number(this.#database.prepare('SELECT count(*) AS total FROM results').get()?.['total'] ?? 0);
    inTransaction(this.#database, () => {
      for (const { day, domain, policy, failure, sessions } of rows) {
        const key = [
          day,
          domain,
          JSON.stringify(policy),
          failure === undefined ? '' : JSON.stringify(failure),
        ] as const;
        if (count.run(sessions, ...key).changes > 0 || room <= 0) continue;
        begin.run(...key, sessions);
        room--;
      }
    });
  }

  /** Of days before `day`, the oldest first. */
  due(day: string, limit: number): DueReport[] {
    const found = this.#database
      .prepare('SELECT DISTINCT day, domain FROM results WHERE day < ? ORDER BY day, domain LIMIT ?')
      .all(day, limit);
    const sent = this.#database.prepare('SELECT place FROM sent WHERE day = ? AND domain = ?');
    return found.map((row) => {
      const report = { day: String(row['day']), domain: String(row['domain']) };
      return { ...report, sentTo: sent.all(report.day, report.domain).map((each) => String(each['place'])) };
    });
  }

  rows(day: string, domain: string): ResultRow[] {
    const found = this.#database
      .prepare('SELECT policy, failure, sessions FROM results WHERE day = ? AND domain = ?')
      .all(day, domain);
    return found.map((row) => ({
      day,
      domain,
      policy: JSON.parse(String(row['policy'])),
      failure: row['failure'] === '' ? undefined : JSON.parse(String(row['failure'])),
      sessions: Number(row['sessions']),
    }));
  }

  markSent(day: string, domain: string, place: string): void {
    this.#database.prepare('INSERT OR IGNORE INTO sent VALUES (?, ?, ?)').run(day, domain, place);
  }

  /** The report is made, or nobody wants it. */
  remove(day: string, domain: string): void {
    inTransaction(this.#database, () => {
      this.#database.prepare('DELETE FROM results WHERE day = ? AND domain = ?').run(day, domain);
      this.#database.prepare('DELETE FROM sent WHERE day = ? AND domain = ?').run(day, domain);
    });
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
