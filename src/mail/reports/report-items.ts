// Reports and summaries as a list of small pieces, for what carries a line at a time: the head, and then what is in it, one by
// one. Of a large report the rows with the most messages.

import type { NamedSender, NamedSummary } from '#mail/ports/report-admin.ts';
import type { CountedRow } from './aggregate-report.ts';
import type { StoredReport } from './received-report.ts';
import type { TlsFailure, TlsPolicyResult } from './tls-report.ts';

export type ReportItem =
  | { readonly report: StoredReport }
  | { readonly row: CountedRow }
  | { readonly policy: TlsPolicyResult }
  | { readonly failure: TlsFailure };

export type SummaryItem = { readonly summary: NamedSummary } | { readonly sender: NamedSender };

const SHOWN_ROWS = 500;

export function packReport(stored: StoredReport): ReportItem[] {
  const { content } = stored;
  if (content.kind === 'aggregate') {
    const { report } = content;
    const rows = report.rows.toSorted((a, b) => b.count - a.count).slice(0, SHOWN_ROWS);
    const head = { ...stored, content: { ...content, report: { ...report, rows: [] } } };
    return [{ report: head }, ...rows.map((row) => ({ row }))];
  }
  const { report } = content;
  const policies = report.policies.flatMap(({ failures, ...policy }): ReportItem[] => [
    { policy: { ...policy, failures: [] } },
    ...failures.slice(0, SHOWN_ROWS).map((failure) => ({ failure })),
  ]);
  return [{ report: { ...stored, content: { ...content, report: { ...report, policies: [] } } } }, ...policies];
}

export function unpackReport(items: readonly ReportItem[]): StoredReport | undefined {
  const [first, ...rest] = items;
  if (first === undefined || !('report' in first)) return undefined;
  const stored = first.report;
  const { content } = stored;
  if (content.kind === 'aggregate') {
    const rows = rest.flatMap((item) => ('row' in item ? [item.row] : []));
    return { ...stored, content: { ...content, report: { ...content.report, rows } } };
  }
  const policies: (Omit<TlsPolicyResult, 'failures'> & { failures: TlsFailure[] })[] = [];
  for (const item of rest) {
    if ('policy' in item) policies.push({ ...item.policy, failures: [] });
    else if ('failure' in item) policies.at(-1)?.failures.push(item.failure);
  }
  return { ...stored, content: { ...content, report: { ...content.report, policies } } };
}

export function packSummaries(summaries: readonly NamedSummary[]): SummaryItem[] {
  return summaries.flatMap(({ senders, ...summary }): SummaryItem[] => [
    { summary: { ...summary, senders: [] } },
    ...senders.map((sender) => ({ sender })),
  ]);
}

export function unpackSummaries(items: readonly SummaryItem[]): NamedSummary[] {
  const summaries: (Omit<NamedSummary, 'senders'> & { senders: NamedSender[] })[] = [];
  for (const item of items) {
    if ('summary' in item) summaries.push({ ...item.summary, senders: [] });
    else summaries.at(-1)?.senders.push(item.sender);
  }
  return summaries;
}
