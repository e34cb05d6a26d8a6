// Of reports.db: the reports of others.

import type { DatabaseSync } from 'node:sqlite';
import type { KeepOutcome, ReportSearch } from '#mail/ports/report-store.ts';
import { DAY_MS } from '#mail/reports/day-sums.ts';
import { type DomainSummary, DomainTally } from '#mail/reports/domain-summary.ts';
import {
  type ReceivedReport,
  type ReportListing,
  type ReportOrigin,
  type ReportRecord,
  type StoredReport,
  shortened,
} from '#mail/reports/received-report.ts';

export interface ReceivedBounds {
  readonly maxAgeMs: number;
  readonly maxBytes: number;
  /** That one author's domain may send in a day; all that nothing proves, together. */
  readonly ofAuthorPerDay: number;
}

const MOST_SUMMARIES = 1_000;

export class ReceivedReports {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  keep(record: ReportRecord, origin: ReportOrigin, bounds: Pick<ReceivedBounds, 'ofAuthorPerDay'>): KeepOutcome {
    const { author, receivedMs, queueId, isVerified } = origin;
    const recent = this.#database
      .prepare(
        'SELECT count(*) AS total FROM received WHERE received_ms > ? AND is_verified = ? AND (author = ? OR is_verified = 0)',
      )
      .get(receivedMs - DAY_MS, Number(isVerified), author);
    if (Number(recent?.['total']) >= bounds.ofAuthorPerDay) return 'too-many';
    const { kind, domain, organisation, reportId, beginSeconds, endSeconds, total, failed, content } = record;
    const { changes } = this.#database
      .prepare(
        `INSERT INTO received (kind, domain, organisation, report_id, author, is_verified, queue_id, received_ms,
           begin_s, end_s, total, failed, content)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      )
      .run(
        ...[kind, domain, organisation, reportId, author, Number(isVerified), queueId],
        ...[receivedMs, beginSeconds, endSeconds, total, failed, content],
      );
    return Number(changes) === 0 ? 'duplicate' : 'kept';
  }

  list({ domain, sinceMs, limit }: ReportSearch): ReportListing[] {
    return this.#database
      .prepare(
        `SELECT ${LISTED} FROM received WHERE received_ms >= ?1 AND (?2 IS NULL OR domain = ?2) ORDER BY id DESC LIMIT ?3`,
      )
      .all(sinceMs, domain ?? null, limit)
      .map(readListing);
  }

  find(id: number): StoredReport | undefined {
    const found = this.#database.prepare(`SELECT ${LISTED}, content FROM received WHERE id = ?`).get(id);
    if (found === undefined) return undefined;
    return shortened({ ...readListing(found), content: JSON.parse(String(found['content'])) as ReceivedReport });
  }

  summarize({ domain, sinceMs, limit }: ReportSearch): DomainSummary[] {
    const tallies = new Map<string, DomainTally>();
    const found = this.#database.prepare(
      'SELECT domain, is_verified, author, content FROM received WHERE end_s >= ?1 AND (?2 IS NULL OR domain = ?2) ORDER BY end_s, id',
    );
    for (const row of found.iterate(Math.floor(sinceMs / 1000), domain ?? null)) {
      const about = String(row['domain']);
      const tally = tallies.get(about) ?? new DomainTally(about);
      if (!tallies.has(about) && tallies.size >= MOST_SUMMARIES) continue;
      tallies.set(about, tally);
      const origin = { isVerified: row['is_verified'] === 1, author: String(row['author']) };
      tally.add(JSON.parse(String(row['content'])) as ReceivedReport, origin);
    }
    const mostSenders = domain === undefined ? 0 : limit;
    return [...tallies].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tally]) => tally.summary(mostSenders));
  }

  /** What is too old; then, while there is too much, what nothing proves, and the oldest. */
  prune({ maxAgeMs, maxBytes }: ReceivedBounds, nowMs: number): void {
    this.#database.prepare('DELETE FROM received WHERE received_ms < ?').run(nowMs - maxAgeMs);
    this.#database
      .prepare(
        `DELETE FROM received WHERE id IN (SELECT id FROM
           (SELECT id, sum(octets) OVER (ORDER BY is_verified DESC, received_ms DESC, id DESC) AS filled FROM received)
           WHERE filled > ?)`,
      )
      .run(maxBytes);
  }
}

const LISTED =
  'id, kind, domain, organisation, report_id, author, is_verified, queue_id, received_ms, begin_s, end_s, total, failed';

function readListing(row: Readonly<Record<string, unknown>>): ReportListing {
  return {
    id: Number(row['id']),
    kind: row['kind'] === 'tls' ? 'tls' : 'aggregate',
    domain: String(row['domain']),
    organisation: String(row['organisation']),
    reportId: String(row['report_id']),
    author: String(row['author']),
    isVerified: row['is_verified'] === 1,
    queueId: String(row['queue_id']),
    receivedMs: Number(row['received_ms']),
    beginSeconds: Number(row['begin_s']),
    endSeconds: Number(row['end_s']),
    total: Number(row['total']),
    failed: Number(row['failed']),
  };
}
