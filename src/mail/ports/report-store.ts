// Where the sums of a day are kept until their reports are sent, and the reports of others once they are read. Bounded by age
// and size. Throws WorldError.

import type { DomainSummary } from '#mail/reports/domain-summary.ts';
import type { ObservedMessage } from '#mail/reports/observe-message.ts';
import type { ReportListing, ReportOrigin, ReportRecord, StoredReport } from '#mail/reports/received-report.ts';

/** So many messages alike, on one day (UTC). */
export interface DaySum extends ObservedMessage {
  readonly dayMs: number;
  readonly count: number;
  /** When the report of its day and domain is to be sent, if this is its first sum. */
  readonly dueMs: number;
}

export interface DueReport {
  readonly dayMs: number;
  /** The begin of the day, or where an earlier report about it ended. */
  readonly beginMs: number;
  readonly policyDomain: string;
  /** The last one that was seen. */
  readonly record: string;
  /** Tries that failed. */
  readonly attempts: number;
  /** JSON of CountedRow[]: thousands of rows would hold up whoever passes them from thread to thread. */
  readonly rows: string;
  /** In these rows. */
  readonly messages: number;
  /** Messages beyond the limit of rows. */
  readonly uncounted: number;
}

export type SendingOutcome = 'sent' | 'refused' | 'too-large' | 'given-up';

export interface SentReport {
  readonly atMs: number;
  readonly policyDomain: string;
  readonly beginMs: number;
  readonly endMs: number;
  readonly messages: number;
  readonly outcome: SendingOutcome;
  /** `` where there was nobody to send it to. */
  readonly recipient: string;
  /** Of the message that carries it. */
  readonly queueId: string | undefined;
}

export interface ReportSearch {
  readonly domain?: string;
  readonly sinceMs: number;
  readonly limit: number;
}

export type KeepOutcome = 'kept' | 'duplicate' | 'too-many';

export interface ReportStore {
  addSums(sums: readonly DaySum[]): Promise<void>;
  /** One that was due by then, the oldest first; of the day in question too where `withToday` says so. */
  findDue(byMs: number, withToday: boolean): Promise<DueReport | undefined>;
  postpone(report: DueReport, dueMs: number): Promise<void>;
  /** Its sums are not kept any longer. */
  close(report: DueReport, outcomes: readonly SentReport[]): Promise<void>;

  keep(record: ReportRecord, origin: ReportOrigin): Promise<KeepOutcome>;
  list(search: ReportSearch): Promise<readonly ReportListing[]>;
  /** The rows that count most of a large one. */
  find(id: number): Promise<StoredReport | undefined>;
  /** Of one domain, or of each that reports were about. `limit` is of senders. */
  summarize(search: ReportSearch): Promise<readonly DomainSummary[]>;
  listSent(search: ReportSearch): Promise<readonly SentReport[]>;
}
