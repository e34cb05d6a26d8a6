// A report that somebody sent us, and what is known of whoever sent it.

import type { AggregateReport } from './aggregate-report.ts';
import type { TlsReport } from './tls-report.ts';

export type ReceivedReport =
  | { readonly kind: 'aggregate'; readonly report: AggregateReport }
  | { readonly kind: 'tls'; readonly report: TlsReport };

export interface ReportOrigin {
  /** Of the message that brought it: `valija why` tells its story. */
  readonly queueId: string;
  readonly receivedMs: number;
  /** The domain in From. */
  readonly author: string;
  /** DMARC says that the author is who it says, or it was written by this server. */
  readonly isVerified: boolean;
}

/** A TLS report may be about several domains; each of them finds its own. */
export function divideByDomain(received: ReceivedReport): readonly ReceivedReport[] {
  if (received.kind === 'aggregate') return [received];
  const byDomain = Map.groupBy(received.report.policies, ({ domain }) => domain);
  return [...byDomain.values()].map((policies) => ({ kind: 'tls', report: { ...received.report, policies } }));
}

/** The domain that it is about. */
export function reportedDomain(received: ReceivedReport): string {
  return received.kind === 'aggregate' ? received.report.policy.domain : (received.report.policies[0]?.domain ?? '');
}

/** What is shown of a report in a list. */
export interface ReportListing extends ReportOrigin {
  readonly id: number;
  readonly kind: ReceivedReport['kind'];
  readonly domain: string;
  readonly organisation: string;
  readonly reportId: string;
  readonly beginSeconds: number;
  readonly endSeconds: number;
  /** Messages, or sessions. */
  readonly total: number;
  readonly failed: number;
}

export interface StoredReport extends ReportListing {
  readonly content: ReceivedReport;
}

export function countReport(received: ReceivedReport): { total: number; failed: number } {
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
  return counts;
}
