// queue.db, synchronous, lived in by one thread (`queue-thread.ts`), which groups commits: what these methods write is on
// stable storage when the thread has committed (WAL, synchronous=FULL).

import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { messageOf } from '#base/thrown.ts';
import type { QueueFilter } from '#mail/ports/queue-admin.ts';
import type {
  DueDestination,
  DueRequest,
  QueueChange,
  RecipientChange,
  Remainder,
  StoredMessage,
} from '#mail/ports/queue-store.ts';
import { DueRows, type DueRowsAnswer } from './due-rows.ts';
import { listIds } from './listed-ids.ts';
import { type MessageRow, progressColumns, type RecipientRow, readMessage } from './queue-row.ts';
import { QUEUE_VERSION, SCHEMA } from './schema.ts';

/** How long a finished id is remembered, and how many: until the journal has let go of it. */
const REMEMBERED_MS = 2 * 24 * 60 * 60 * 1000;
const MOST_REMEMBERED = 1_000_000;

export interface DamagedMessage {
  readonly queueId: string;
  readonly reason: string;
  /** Its rows, for a person. */
  readonly rows: string;
}

export class QueueDatabase implements Disposable {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #due: DueRows;
  /** Met while reading, for the thread to set aside. */
  readonly damaged: { readonly queueId: string; readonly reason: string }[] = [];

  /** Throws what SQLite throws when the file is no database of ours. */
  constructor(file: string) {
    // Made before SQLite opens it: who writes to whom is nobody else's affair.
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
    this.#database = new DatabaseSync(file, { timeout: 5_000 });
    try {
      const version = this.#one<{ user_version: number }>('PRAGMA user_version')?.user_version;
      if (version !== 0 && version !== QUEUE_VERSION) throw new Error(`${file}: version ${version} is not known here`);
      this.#database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${SCHEMA}`);
    } catch (error) {
      this.#database.close();
      throw error;
    }
    this.#due = new DueRows((sql) => this.#prepared(sql));
  }

  [Symbol.dispose](): void {
    if (this.#database.isOpen) this.#database.close();
  }

  begin(): void {
    this.#database.exec('BEGIN IMMEDIATE');
  }

  commit(): void {
    this.#database.exec('COMMIT');
  }

  rollback(): void {
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
  }

  commitOpen(): void {
    if (this.#database.isTransaction) this.#database.exec('COMMIT');
  }

  /** All of one order or nothing of it. */
  separately<T>(work: () => T): T {
    this.#run('SAVEPOINT one_order');
    try {
      const value = work();
      this.#run('RELEASE one_order');
      return value;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK TO one_order; RELEASE one_order');
      throw error;
    }
  }

  newestId(): string {
    const row = this.#one<{ id: string | null }>(
      'SELECT max(id) AS id FROM (SELECT max(queue_id) AS id FROM messages UNION ALL SELECT max(queue_id) FROM finished)',
    );
    return row?.id ?? '';
  }

  find(queueId: string): 'kept' | 'finished' | undefined {
    if (this.isKept(queueId)) return 'kept';
    return this.#one('SELECT 1 FROM finished WHERE queue_id = ?', queueId) === undefined ? undefined : 'finished';
  }

  isKept(queueId: string): boolean {
    return this.#one('SELECT 1 FROM messages WHERE queue_id = ?', queueId) !== undefined;
  }

  keep(message: MessageRow, recipients: readonly RecipientRow[]): void {
    this.#insert('messages', { ...message, warned: 0 });
    for (const recipient of recipients) this.#insert('recipients', { ...recipient });
  }

  finish(queueId: string, nowMs: number): void {
    this.#run('INSERT OR REPLACE INTO finished (queue_id, at_ms) VALUES (?, ?)', queueId, Math.trunc(nowMs));
  }

  record(queueId: string, changes: readonly RecipientChange[], nowMs: number): Remainder | undefined {
    const message = this.#one<{ held: number }>('SELECT held FROM messages WHERE queue_id = ?', queueId);
    if (message === undefined) return undefined;
    for (const { number, progress } of changes) {
      if (progress.state.phase === 'done') {
        this.#run('DELETE FROM recipients WHERE queue_id = ? AND number = ?', queueId, number);
        continue;
      }
      const { phase, ending, due_ms, attempts, first_attempt_ms, last_attempt_ms, outcome } = progressColumns(progress);
      this.#run(
        `UPDATE recipients SET phase = ?, ending = ?, due_ms = ?, attempts = ?, first_attempt_ms = ?,
          last_attempt_ms = ?, outcome = ? WHERE queue_id = ? AND number = ?`,
        ...[phase, ending, message.held === 1 ? null : due_ms, attempts, first_attempt_ms, last_attempt_ms, outcome],
        ...[queueId, number],
      );
    }
    const rest = this.#remainder(queueId);
    if (rest.waiting === 0 && rest.unreported === 0) this.#forget(queueId, nowMs);
    return rest;
  }

  markWarned(queueId: string): void {
    this.#run('UPDATE messages SET warned = 1 WHERE queue_id = ?', queueId);
  }

  dueDestinations(limit: number): DueDestination[] {
    return this.#due.destinations(limit);
  }

  loadDue(request: DueRequest): Omit<DueRowsAnswer, 'rows'> & { messages: StoredMessage[] } {
    const { rows, ...answer } = this.#due.load(request);
    const byMessage = Map.groupBy(rows, (row) => row.queue_id);
    return { ...answer, messages: [...byMessage].flatMap(([queueId, group]) => this.#read(queueId, group) ?? []) };
  }

  load(queueId: string): StoredMessage | undefined {
    return this.#read(queueId, this.#recipientsOf(queueId));
  }

  unreported(afterId: string, limit: number): string[] {
    return this.#ids(
      `SELECT DISTINCT queue_id FROM recipients WHERE phase = 'unreported' AND queue_id > ? ORDER BY queue_id LIMIT ?`,
      ...[afterId, limit],
    );
  }

  unwarned(arrivedBeforeMs: number, limit: number): string[] {
    return this.#ids(
      `SELECT queue_id FROM messages WHERE warned = 0 AND held = 0 AND arrived_ms < ? AND EXISTS (
        SELECT 1 FROM recipients r WHERE r.queue_id = messages.queue_id AND r.phase = 'waiting' AND r.attempts > 0
      ) ORDER BY arrived_ms LIMIT ?`,
      ...[Math.trunc(arrivedBeforeMs), limit],
    );
  }

  mendTimes(latestMs: number, nowMs: number): void {
    // By destination, for that is how the index finds them without reading the others.
    for (const { destination } of this.#due.destinations(Number.MAX_SAFE_INTEGER)) {
      this.#run(
        'UPDATE recipients SET due_ms = ? WHERE destination = ? AND due_ms > ?',
        ...[Math.trunc(nowMs), destination, Math.trunc(latestMs)],
      );
    }
    this.#run('DELETE FROM finished WHERE at_ms < ?', Math.trunc(nowMs - REMEMBERED_MS));
    this.#run(
      'DELETE FROM finished WHERE queue_id IN (SELECT queue_id FROM finished ORDER BY queue_id DESC LIMIT -1 OFFSET ?)',
      MOST_REMEMBERED,
    );
  }

  list(filter: QueueFilter, afterId: string, limit: number): StoredMessage[] {
    const { sql, values } = listIds(filter, afterId, limit);
    return this.#ids(sql, ...values).flatMap((id) => this.load(id) ?? []);
  }

  count(): { messages: number; held: number; recipients: number } {
    const row = this.#one<{ messages: number; held: number; recipients: number }>(
      `SELECT (SELECT count(*) FROM messages) AS messages, (SELECT count(*) FROM messages WHERE held = 1) AS held,
        (SELECT count(*) FROM recipients) AS recipients`,
    );
    return { messages: row?.messages ?? 0, held: row?.held ?? 0, recipients: row?.recipients ?? 0 };
  }

  /** The ids that it concerned. */
  change(queueIds: readonly string[], change: QueueChange): string[] {
    return queueIds.filter((queueId) => this.isKept(queueId) && this.#change(queueId, change));
  }

  /** Takes a message out that cannot be served; what is known of it is returned. */
  takeOut(queueId: string, reason: string): DamagedMessage {
    const message = this.#one<Record<string, unknown>>('SELECT * FROM messages WHERE queue_id = ?', queueId);
    const rows = JSON.stringify({ reason, message, recipients: this.#recipientsOf(queueId) }, textOfOctets, 2);
    this.#run('DELETE FROM messages WHERE queue_id = ?', queueId);
    this.#run('DELETE FROM recipients WHERE queue_id = ?', queueId);
    return { queueId, reason, rows };
  }

  /** A row of a damaged database; 1 where it was not here yet. */
  restore(table: string, row: Readonly<Record<string, SQLInputValue>>): number {
    const columns = Object.keys(row);
    const sql = `INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
    return this.#run(sql, ...Object.values(row));
  }

  /** The octets that each kept message should have. */
  *sizes(): Generator<{ readonly queueId: string; readonly sizeBytes: number }> {
    const rows = this.#prepared('SELECT queue_id, size_bytes FROM messages ORDER BY queue_id').iterate();
    for (const row of rows as Iterable<{ queue_id: string; size_bytes: number }>) {
      yield { queueId: row.queue_id, sizeBytes: row.size_bytes };
    }
  }

  /** Half of a message: rows of one table without their rows in the other. */
  halves(): string[] {
    return this.#ids(
      `SELECT DISTINCT queue_id FROM recipients WHERE queue_id NOT IN (SELECT queue_id FROM messages)
        UNION SELECT queue_id FROM messages WHERE queue_id NOT IN (SELECT queue_id FROM recipients)`,
    );
  }

  #change(queueId: string, change: QueueChange): boolean {
    switch (change.kind) {
      case 'hold':
        this.#run('UPDATE recipients SET due_ms = NULL WHERE queue_id = ?', queueId);
        return this.#run('UPDATE messages SET held = 1 WHERE queue_id = ? AND held = 0', queueId) > 0;
      case 'release':
        if (this.#run('UPDATE messages SET held = 0 WHERE queue_id = ? AND held = 1', queueId) === 0) return false;
        return this.#makeDue(queueId, change.nowMs);
      case 'retry':
        if (this.#one('SELECT 1 FROM messages WHERE queue_id = ? AND held = 1', queueId) !== undefined) return false;
        return this.#makeDue(queueId, change.nowMs);
      case 'delete':
        this.#run('DELETE FROM recipients WHERE queue_id = ?', queueId);
        this.#forget(queueId, change.nowMs);
        return true;
    }
  }

  #makeDue(queueId: string, nowMs: number): true {
    this.#run(`UPDATE recipients SET due_ms = ? WHERE queue_id = ? AND phase = 'waiting'`, Math.trunc(nowMs), queueId);
    return true;
  }

  #forget(queueId: string, nowMs: number): void {
    this.#run('DELETE FROM messages WHERE queue_id = ?', queueId);
    this.finish(queueId, nowMs);
  }

  #remainder(queueId: string): Remainder {
    const row = this.#one<{ waiting: number; unreported: number }>(
      `SELECT count(*) FILTER (WHERE phase = 'waiting') AS waiting, count(*) FILTER (WHERE phase <> 'waiting') AS unreported
        FROM recipients WHERE queue_id = ?`,
      queueId,
    );
    return { waiting: row?.waiting ?? 0, unreported: row?.unreported ?? 0 };
  }

  #recipientsOf(queueId: string): RecipientRow[] {
    return this.#prepared('SELECT * FROM recipients WHERE queue_id = ? ORDER BY number').all(
      queueId,
    ) as unknown as RecipientRow[];
  }

  #read(queueId: string, recipients: readonly RecipientRow[]): StoredMessage | undefined {
    const row = this.#one<MessageRow>('SELECT * FROM messages WHERE queue_id = ?', queueId);
    if (row === undefined) return undefined;
    try {
      return readMessage(row, recipients);
    } catch (error) {
      this.damaged.push({ queueId, reason: messageOf(error) });
      return undefined;
    }
  }

  #insert(table: 'messages' | 'recipients', row: Readonly<Record<string, SQLInputValue>>): void {
    const columns = Object.keys(row);
    const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
    this.#run(sql, ...Object.values(row));
  }

  #ids(sql: string, ...values: SQLInputValue[]): string[] {
    return this.#prepared(sql)
      .all(...values)
      .map((row) => String(row['queue_id']));
  }

  #one<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#prepared(sql).get(...values) as Row | undefined;
  }

  #run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#prepared(sql).run(...values).changes);
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function textOfOctets(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
}
