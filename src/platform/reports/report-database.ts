// reports.db: our own reports on their way, and those of others. It is lived in by one thread (`report-thread.ts`).

import { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '#platform/files/transaction.ts';
import { OutgoingReports } from './outgoing-reports.ts';
import { type ReceivedBounds, ReceivedReports } from './received-reports.ts';
import { prepareReportSchema } from './report-schema.ts';

export interface ReportBounds extends ReceivedBounds {
  /** Of one report that we write. */
  readonly rows: number;
}

export class ReportDatabase implements Disposable {
  readonly outgoing: OutgoingReports;
  readonly received: ReceivedReports;
  readonly #database: DatabaseSync;

  /** Throws what SQLite throws when the file is no database of ours. */
  constructor(path: string) {
    this.#database = new DatabaseSync(path, { timeout: 5_000 });
    try {
      this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
      prepareReportSchema(this.#database);
    } catch (error) {
      this.#database.close();
      throw error;
    }
    this.outgoing = new OutgoingReports(this.#database);
    this.received = new ReceivedReports(this.#database);
  }

  prune(bounds: ReportBounds, nowMs: number): void {
    inTransaction(this.#database, () => {
      this.outgoing.prune(nowMs);
      this.received.prune(bounds, nowMs);
    });
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
