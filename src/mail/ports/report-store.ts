// Where the sums of a day are kept until their reports are sent, and the reports of others once they are read. Bounded by age
// and size. Throws WorldError.

import type { DomainSummary } from '#mail/reports/domain-summary.ts';
import type { ObservedMessage } from '#mail/reports/observe-message.ts';
import type { ReportListing, ReportOrigin, ReportRecord, StoredReport } from '#mail/reports/received-report.ts';

/** So many messages alike, on one day (UTC). */
export interface DaySum extends Omit<ObservedMessage, 'row'> {
  readonly dayMs: number;
  /** JSON of AggregateRow, by which messages alike are known: text passes from thread to thread as values would not. */
  readonly row: string;
  readonly count: number;
  /** When the report of its day and domain is to be sent, if this is its first sum. */
  readonly dueMs: number;
}

/** Which report it is: there is one for each day and domain. */
export interface ReportKey {
  readonly dayMs: number;
  readonly policyDomain: string;
}

export interface DueReport extends ReportKey {
  /** The begin of the day, or where an earlier report about it ended. */
  readonly beginMs: number;
  /** The last one that was seen. */
  readonly record: string;
  /** Tries that failed. */
  readonly attempts: number;
  /** `counted-rows.ts` reads them. */
  readonly rows: string;
  /** In these rows. */
  readonly messages: number;
  /** Messages beyond the limit of rows. */
  readonly uncounted: number;
}

/** `waiting` is said to whoever asks, and not kept: it will be tried again. */
export type SendingOutcome = 'sent' | 'refused' | 'too-large' | 'given-up' | 'waiting';

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
  /** The next behind `after` of those that were due by then, the oldest day first; of today, too, where asked. */
  findDue(byMs: number, withToday: boolean, after?: ReportKey): Promise<DueReport | undefined>;
  postpone(report: ReportKey, dueMs: number): Promise<void>;
  /** Its sums are not kept any longer. */
  close(report: DueReport, outcomes: readonly SentReport[]): Promise<void>;

  keep(record: ReportRecord, origin: ReportOrigin): Promise<KeepOutcome>;
  list(search: ReportSearch): Promise<readonly ReportListing[]>;
  /** The rows that count most of a large one. */
  find(id: number): Promise<StoredReport | undefined>;
  /** Of one domain, with so many senders as `limit` says; or of each that reports were about, without. */
  summarize(search: ReportSearch): Promise<readonly DomainSummary[]>;
  listSent(search: ReportSearch): Promise<readonly SentReport[]>;
}
