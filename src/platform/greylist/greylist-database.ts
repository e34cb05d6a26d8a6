// greylist.db: who came, when first and when last. It is lived in by one thread (`greylist-thread.ts`). A power cut may cost
// the tries of the last moments: those come once more.

import { DatabaseSync, type StatementSync } from 'node:sqlite';
import {
  type GreylistJudgement,
  type GreylistSettings,
  judgeTry,
  type SeenClient,
  type SeenTriplet,
} from '#mail/facts/greylisting.ts';
import type { GreylistAnswer, Triplet } from '#mail/ports/greylist.ts';
import { inTransaction } from '#platform/files/transaction.ts';

export const GREYLIST_VERSION = 1;
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS triplets (
    key TEXT PRIMARY KEY,
    first_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    let_in INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS triplets_by_time ON triplets (let_in, last_ms);
  CREATE TABLE IF NOT EXISTS clients (
    address TEXT PRIMARY KEY,
    passed INTEGER NOT NULL,
    last_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS clients_by_time ON clients (last_ms);
  PRAGMA user_version = ${GREYLIST_VERSION};
`;

export interface GreylistBounds extends GreylistSettings {
  /** Triplets that are remembered, and as many clients. */
  readonly greylist_cache_limit: number;
}

export class GreylistDatabase implements Disposable {
  readonly #database: DatabaseSync;
  readonly #findTriplet: StatementSync;
  readonly #findClient: StatementSync;
  readonly #keepTriplet: StatementSync;
  readonly #keepClient: StatementSync;

  /** Throws what SQLite throws when the file is no database of ours. */
  constructor(path: string) {
    this.#database = new DatabaseSync(path, { timeout: 5_000 });
    try {
      const version = this.#database.prepare('PRAGMA user_version').get()?.['user_version'];
      if (version !== 0 && version !== GREYLIST_VERSION) throw new Error(`version ${version} is not known here`);
      this.#database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${SCHEMA}`);
      this.#findTriplet = this.#database.prepare('SELECT first_ms, last_ms FROM triplets WHERE key = ?');
      this.#findClient = this.#database.prepare('SELECT passed, last_ms FROM clients WHERE address = ?');
      this.#keepTriplet = this.#database.prepare('INSERT OR REPLACE INTO triplets VALUES (?, ?, ?, ?)');
      this.#keepClient = this.#database.prepare('INSERT OR REPLACE INTO clients VALUES (?, ?, ?)');
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** In one transaction; the answers are in the order of the tries. */
  look(tries: readonly Triplet[], nowMs: number, settings: GreylistSettings): GreylistAnswer[] {
    return inTransaction(this.#database, () =>
      tries.map((triplet) => this.#look(triplet, Math.trunc(nowMs), settings)),
    );
  }

  /** Too old, and beyond the limit first those that never came again. */
  prune({ greylist_cache_limit, greylist_max_age, greylist_retry_window }: GreylistBounds, nowMs: number): void {
    const olderThan = (ageMs: number) => Math.trunc(nowMs - ageMs);
    const tooOld = this.#database.prepare('DELETE FROM triplets WHERE let_in = ? AND last_ms < ?');
    tooOld.run(0, olderThan(Math.min(greylist_retry_window, greylist_max_age)));
    tooOld.run(1, olderThan(greylist_max_age));
    this.#database.prepare('DELETE FROM clients WHERE last_ms < ?').run(olderThan(greylist_max_age));
    this.#deleteBeyond('triplets', 'key', 'let_in, last_ms', greylist_cache_limit);
    this.#deleteBeyond('clients', 'address', 'last_ms', greylist_cache_limit);
  }

  /** Triplets that are remembered. */
  get size(): number {
    return this.#count('triplets');
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #look(triplet: Triplet, nowMs: number, settings: GreylistSettings): GreylistAnswer {
    const key = `${triplet.network} ${triplet.sender} ${triplet.recipient}`;
    const seen = { triplet: this.#seenTriplet(key), client: this.#seenClient(triplet.address) };
    const judged: GreylistJudgement = judgeTry(seen, nowMs, settings);
    const { triplet: kept, client, answer } = judged;
    if (kept) this.#keepTriplet.run(key, kept.firstMs, kept.lastMs, answer.kind === 'known' ? 1 : 0);
    if (client) this.#keepClient.run(triplet.address, client.passed, client.lastMs);
    return answer;
  }

  #seenTriplet(key: string): SeenTriplet | undefined {
    const row = this.#findTriplet.get(key);
    return row && { firstMs: Number(row['first_ms']), lastMs: Number(row['last_ms']) };
  }

  #seenClient(address: string): SeenClient | undefined {
    const row = this.#findClient.get(address);
    return row && { passed: Number(row['passed']), lastMs: Number(row['last_ms']) };
  }

  #deleteBeyond(table: 'triplets' | 'clients', key: string, oldestFirst: string, limit: number): void {
    const total = this.#count(table);
    if (total <= limit) return;
    const oldest = `SELECT ${key} FROM ${table} ORDER BY ${oldestFirst} LIMIT ?`;
    this.#database.prepare(`DELETE FROM ${table} WHERE ${key} IN (${oldest})`).run(total - limit);
  }

  #count(table: 'triplets' | 'clients'): number {
    return Number(this.#database.prepare(`SELECT count(*) AS total FROM ${table}`).get()?.['total'] ?? 0);
  }
}
