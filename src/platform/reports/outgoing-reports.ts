// Of reports.db: the sums of days whose reports are still to be sent, and what was sent. A sum is one row for messages alike, known
// by its JSON.

import type { DatabaseSync } from 'node:sqlite';
import type { DaySum, DueReport, ReportKey, ReportSearch, ReportStore, SentReport } from '#mail/ports/report-store.ts';
import type { AggregateRow } from '#mail/reports/aggregate-report.ts';
import { formatCountedRows, readCountedRows } from '#mail/reports/counted-rows.ts';
import { DAY_MS } from '#mail/reports/day-sums.ts';
import { inTransaction } from '#platform/files/transaction.ts';

/** Domains of which a day's sums are kept, and rows of all of them. */
const MOST_DOMAINS = 10_000;
const MOST_ROWS = 200_000;
/** What could not be sent by then is of no use to anybody. */
const SENDING_AGE_MS = 4 * DAY_MS;
const SENT_AGE_MS = 90 * DAY_MS;

type FindDue = Readonly<Parameters<ReportStore['findDue']>>;

export class OutgoingReports {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  addSums(sums: readonly DaySum[], { rows }: { readonly rows: number }): void {
    const total = Number(this.#database.prepare('SELECT count(*) AS total FROM sums').get()?.['total']);
    const mostRows = total < MOST_ROWS ? rows : 0;
    inTransaction(this.#database, () => {
      for (const ofReport of Map.groupBy(sums, ({ dayMs, policyDomain }) => `${dayMs} ${policyDomain}`).values()) {
        if (this.#openReport(ofReport)) this.#addRows(ofReport, mostRows);
      }
    });
  }

  findDue([byMs, withToday, after]: FindDue, nowMs: number): DueReport | undefined {
    const found = this.#database
      .prepare(
        'SELECT * FROM outgoing WHERE due_ms <= ? AND day_ms <= ? AND (day_ms, domain) > (?, ?) ORDER BY day_ms, domain LIMIT 1',
      )
      .get(byMs, withToday ? nowMs : nowMs - DAY_MS, after?.dayMs ?? 0, after?.policyDomain ?? '');
    if (found === undefined) return undefined;
    const { dayMs, domain } = { dayMs: Number(found['day_ms']), domain: String(found['domain']) };
    const sums = this.#database
      .prepare('SELECT row, count FROM sums WHERE day_ms = ? AND domain = ? ORDER BY count DESC, row')
      .all(dayMs, domain);
    const rows = sums.map(({ row, count }) => {
      return { ...(JSON.parse(String(row)) as AggregateRow), count: Number(count) };
    });
    return {
      dayMs,
      policyDomain: domain,
      beginMs: Number(found['begin_ms']),
      record: String(found['record']),
      attempts: Number(found['attempts']),
      uncounted: Number(found['uncounted']),
      rows: formatCountedRows(rows),
      messages: rows.reduce((sum, { count }) => sum + count, 0),
    };
  }

  postpone({ dayMs, policyDomain }: ReportKey, dueMs: number): void {
    this.#database
      .prepare('UPDATE outgoing SET due_ms = ?, attempts = attempts + 1 WHERE day_ms = ? AND domain = ?')
      .run(dueMs, dayMs, policyDomain);
  }

  /** What came in since stays, for another report about the same day. */
  close({ dayMs, policyDomain, rows }: DueReport, outcomes: readonly SentReport[]): void {
    const take = this.#database.prepare(
      'UPDATE sums SET count = count - ? WHERE day_ms = ? AND domain = ? AND row = ?',
    );
    const note = this.#database.prepare('INSERT INTO sent VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    inTransaction(this.#database, () => {
      for (const { count, ...row } of readCountedRows(rows)) take.run(count, dayMs, policyDomain, JSON.stringify(row));
      this.#database
        .prepare('DELETE FROM sums WHERE day_ms = ? AND domain = ? AND count <= 0')
        .run(dayMs, policyDomain);
      this.#database
        .prepare(
          'DELETE FROM outgoing WHERE day_ms = ?1 AND domain = ?2 AND NOT EXISTS (SELECT 1 FROM sums WHERE day_ms = ?1 AND domain = ?2)',
        )
        .run(dayMs, policyDomain);
      for (const { atMs, beginMs, endMs, messages, outcome, recipient, queueId } of outcomes) {
        note.run(atMs, policyDomain, beginMs, endMs, messages, outcome, recipient, queueId ?? null);
      }
      const [first] = outcomes;
      if (first === undefined) return;
      this.#database
        .prepare(
          'UPDATE outgoing SET begin_ms = max(begin_ms, ?), uncounted = 0, attempts = 0 WHERE day_ms = ? AND domain = ?',
        )
        .run(first.endMs, dayMs, policyDomain);
    });
  }

  listSent({ domain, sinceMs, limit }: ReportSearch): SentReport[] {
    return this.#database
      .prepare('SELECT * FROM sent WHERE at_ms >= ?1 AND (?2 IS NULL OR domain = ?2) ORDER BY rowid DESC LIMIT ?3')
      .all(sinceMs, domain ?? null, limit)
      .map(readSent);
  }

  /** What is too old. */
  prune(nowMs: number): void {
    this.#database.prepare('DELETE FROM sent WHERE at_ms < ?').run(nowMs - SENT_AGE_MS);
    this.#database.prepare('DELETE FROM outgoing WHERE day_ms < ?').run(nowMs - SENDING_AGE_MS);
    this.#database.prepare('DELETE FROM sums WHERE day_ms < ?').run(nowMs - SENDING_AGE_MS);
  }

  /** That of a day and a domain, with the record as it is now. False where there are too many. */
  #openReport(sums: readonly DaySum[]): boolean {
    const [first, last] = [sums[0], sums.at(-1)];
    if (first === undefined || last === undefined) return false;
    const { dayMs, policyDomain, dueMs } = first;
    const renewed = this.#database
      .prepare('UPDATE outgoing SET record = ? WHERE day_ms = ? AND domain = ?')
      .run(last.record, dayMs, policyDomain);
    if (Number(renewed.changes) > 0) return true;
    const domains = this.#database.prepare('SELECT count(*) AS total FROM outgoing WHERE day_ms = ?').get(dayMs);
    if (Number(domains?.['total']) >= MOST_DOMAINS) return false;
    const sent = this.#database.prepare('SELECT max(end_ms) AS ended FROM sent WHERE domain = ?').get(policyDomain);
    const beginMs = Math.max(dayMs, Math.min(Number(sent?.['ended'] ?? 0), dayMs + DAY_MS));
    this.#database
      .prepare('INSERT INTO outgoing (day_ms, domain, begin_ms, record, due_ms) VALUES (?, ?, ?, ?, ?)')
      .run(dayMs, policyDomain, beginMs, last.record, dueMs);
    return true;
  }

  /** All of one report. */
  #addRows(sums: readonly DaySum[], mostRows: number): void {
    const count = this.#database.prepare(
      'UPDATE sums SET count = count + ? WHERE day_ms = ? AND domain = ? AND row = ?',
    );
    const begin = this.#database.prepare('INSERT INTO sums VALUES (?, ?, ?, ?)');
    const leave = this.#database.prepare(
      'UPDATE outgoing SET uncounted = uncounted + ? WHERE day_ms = ? AND domain = ?',
    );
    const known = this.#database.prepare('SELECT count(*) AS total FROM sums WHERE day_ms = ? AND domain = ?');
    let room: number | undefined;
    for (const sum of sums) {
      const { dayMs, policyDomain, row } = sum;
      if (Number(count.run(sum.count, dayMs, policyDomain, row).changes) > 0) continue;
      room ??= mostRows - Number(known.get(dayMs, policyDomain)?.['total']);
      if (room > 0) begin.run(dayMs, policyDomain, row, sum.count);
      else leave.run(sum.count, dayMs, policyDomain);
      room -= 1;
    }
  }
}

function readSent(row: Readonly<Record<string, unknown>>): SentReport {
  return {
    atMs: Number(row['at_ms']),
    policyDomain: String(row['domain']),
    beginMs: Number(row['begin_ms']),
    endMs: Number(row['end_ms']),
    messages: Number(row['messages']),
    outcome: String(row['outcome']) as SentReport['outcome'],
    recipient: String(row['recipient']),
    queueId: row['queue_id'] === null ? undefined : String(row['queue_id']),
  };
}
