// A report that somebody sent us, and what is known of whoever sent it.

import type { AggregateReport } from './aggregate-report.ts';
import type { ReceivedTlsReport } from './read-tls-report.ts';

export type ReceivedReport =
  | { readonly kind: 'aggregate'; readonly report: AggregateReport }
  | { readonly kind: 'tls'; readonly report: ReceivedTlsReport };

export interface ReportOrigin {
  /** Of the message that brought it: `valija why` tells its story. */
  readonly queueId: string;
  readonly receivedMs: number;
  /** The domain in From. */
  readonly author: string;
  /** DMARC says that the author is who it says, or it was written by this server. */
  readonly isVerified: boolean;
}

/** What is shown of a report in a list. */
export interface ReportHead {
  readonly kind: ReceivedReport['kind'];
  /** The domain that it is about. */
  readonly domain: string;
  readonly organisation: string;
  readonly reportId: string;
  readonly beginSeconds: number;
  readonly endSeconds: number;
  /** Messages, or sessions. */
  readonly total: number;
  readonly failed: number;
}

/** As a report is kept: with all of it as text, which passes from thread to thread as thousands of rows would not. */
export interface ReportRecord extends ReportHead {
  /** JSON of ReceivedReport. */
  readonly content: string;
}

export interface ReportListing extends ReportHead, ReportOrigin {
  readonly id: number;
}

export interface StoredReport extends ReportListing {
  readonly content: ReceivedReport;
}

/** A TLS report may be about several domains; each of them finds its own. */
export function recordsOf(received: ReceivedReport): readonly ReportRecord[] {
  if (received.kind === 'aggregate') return [recordOf(received, received.report.policy.domain)];
  const byDomain = Map.groupBy(received.report.policies, ({ domain }) => domain);
  return Array.from(byDomain, ([domain, policies]) =>
    recordOf({ kind: 'tls', report: { ...received.report, policies } }, domain),
  );
}

function recordOf(received: ReceivedReport, domain: string): ReportRecord {
  const { organisation, reportId, beginSeconds, endSeconds } = received.report;
  const head = { kind: received.kind, domain, organisation, reportId, beginSeconds, endSeconds };
  return { ...head, ...countReport(received), content: JSON.stringify(received) };
}

function countReport(received: ReceivedReport): Pick<ReportHead, 'total' | 'failed'> {
  const counts = { total: 0, failed: 0 };
  if (received.kind === 'aggregate') {
    for (const { count, dkim, spf } of received.report.rows) {
      counts.total += count;
      if (dkim === 'fail' && spf === 'fail') counts.failed += count;
    }
  } else {
    for (const { successful, failed } of received.report.policies) {
      counts.total += successful + failed;
      counts.failed += failed;
    }
  }
  // What strangers count may be beyond what the store can give back.
  return {
    total: Math.min(counts.total, Number.MAX_SAFE_INTEGER),
    failed: Math.min(counts.failed, Number.MAX_SAFE_INTEGER),
  };
}

const SHOWN_ROWS = 500;

/** Of a large report the rows with the most messages: nobody reads more. */
export function shortened(stored: StoredReport): StoredReport {
  const { content } = stored;
  if (content.kind === 'aggregate') {
    const rows = content.report.rows.toSorted((a, b) => b.count - a.count).slice(0, SHOWN_ROWS);
    return { ...stored, content: { ...content, report: { ...content.report, rows } } };
  }
  const policies = content.report.policies.map(({ failures, ...policy }) => ({
    ...policy,
    failures: failures.slice(0, SHOWN_ROWS),
  }));
  return { ...stored, content: { ...content, report: { ...content.report, policies } } };
}
