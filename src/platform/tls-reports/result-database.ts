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

/** Which report it is: there is one for each day and domain. */
export interface ReportKey {
  readonly day: string;
  readonly domain: string;
}

/** A report that is to be made. */
export interface DueReport extends ReportKey {
  /** Where it went already. */
  readonly sentTo: readonly string[];
}

/** Kinds of results of a domain and day: some servers tell another reason each time, with the hour or a number in it. */
const MOST_OF_DOMAIN = 500;

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

  /** Beyond `most` kinds of results, those that are new are passed over; of one domain many lose their reasons before. */
  add(rows: readonly ResultRow[], most: number): void {
    const begin = this.#database.prepare('INSERT INTO results VALUES (?, ?, ?, ?, ?)');
    let room = most - Number(this.#database.prepare('SELECT count(*) AS total FROM results').get()?.['total'] ?? 0);
    inTransaction(this.#database, () => {
      for (const row of rows) {
        if (this.#isCounted(row)) continue;
        const kept = this.#isCrowded(row) ? withoutReason(row) : row;
        if ((kept !== row && this.#isCounted(kept)) || room <= 0) continue;
        begin.run(...keyOf(kept), kept.sessions);
        room--;
      }
    });
  }

  #isCounted(row: ResultRow): boolean {
    const count = this.#database.prepare(
      'UPDATE results SET sessions = sessions + ? WHERE day = ? AND domain = ? AND policy = ? AND failure = ?',
    );
    return Number(count.run(row.sessions, ...keyOf(row)).changes) > 0;
  }

  #isCrowded({ day, domain }: ResultRow): boolean {
    const known = this.#database.prepare('SELECT count(*) AS total FROM results WHERE day = ? AND domain = ?');
    return Number(known.get(day, domain)?.['total']) >= MOST_OF_DOMAIN;
  }

  /** Of days before `day`, the oldest first, from behind `after` on. */
  due(day: string, limit: number, after: ReportKey = { day: '', domain: '' }): DueReport[] {
    const found = this.#database
      .prepare(
        'SELECT DISTINCT day, domain FROM results WHERE day < ? AND (day, domain) > (?, ?) ORDER BY day, domain LIMIT ?',
      )
      .all(day, after.day, after.domain, limit);
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

function keyOf({ day, domain, policy, failure }: ResultRow): [string, string, string, string] {
  return [day, domain, JSON.stringify(policy), failure === undefined ? '' : JSON.stringify(failure)];
}

function withoutReason({ failure, ...row }: ResultRow): ResultRow {
  if (failure === undefined) return { ...row, failure };
  const { reason: _, ...rest } = failure;
  return { ...row, failure: rest };
}
