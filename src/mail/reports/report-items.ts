// Reports and summaries as a list of small pieces, for what carries a line at a time: the head, and then what is in it, one by
// one.

import type { NamedSender, NamedSummary, SendingSoFar } from '#mail/ports/report-admin.ts';
import type { SentReport } from '#mail/ports/report-store.ts';
import type { CountedRow } from './aggregate-report.ts';
import type { TlsFailure, TlsPolicyResult } from './read-tls-report.ts';
import type { StoredReport } from './received-report.ts';

export type ReportItem =
  | { readonly report: StoredReport }
  | { readonly row: CountedRow }
  | { readonly policy: TlsPolicyResult }
  | { readonly failure: TlsFailure };

export type SummaryItem = { readonly summary: NamedSummary } | { readonly sender: NamedSender };

export type SendingItem = { readonly sent: SentReport } | { readonly goesOn: true };

export function itemsOfReport(stored: StoredReport): ReportItem[] {
  const { content } = stored;
  if (content.kind === 'aggregate') {
    const { report } = content;
    const head = { ...stored, content: { ...content, report: { ...report, rows: [] } } };
    return [{ report: head }, ...report.rows.map((row) => ({ row }))];
  }
  const { report } = content;
  const policies = report.policies.flatMap(({ failures, ...policy }): ReportItem[] => [
    { policy: { ...policy, failures: [] } },
    ...failures.map((failure) => ({ failure })),
  ]);
  return [{ report: { ...stored, content: { ...content, report: { ...report, policies: [] } } } }, ...policies];
}

export function reportOfItems(items: readonly ReportItem[]): StoredReport | undefined {
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

export function itemsOfSummaries(summaries: readonly NamedSummary[]): SummaryItem[] {
  return summaries.flatMap(({ senders, ...summary }): SummaryItem[] => [
    { summary: { ...summary, senders: [] } },
    ...senders.map((sender) => ({ sender })),
  ]);
}

export function summariesOfItems(items: readonly SummaryItem[]): NamedSummary[] {
  const summaries: (Omit<NamedSummary, 'senders'> & { senders: NamedSender[] })[] = [];
  for (const item of items) {
    if ('summary' in item) summaries.push({ ...item.summary, senders: [] });
    else summaries.at(-1)?.senders.push(item.sender);
  }
  return summaries;
}

export function itemsOfSending({ sent, goesOn }: SendingSoFar): SendingItem[] {
  return [...sent.map((each) => ({ sent: each })), ...(goesOn ? [{ goesOn }] : [])];
}

export function sendingOfItems(items: readonly SendingItem[]): SendingSoFar {
  return {
    sent: items.flatMap((item) => ('sent' in item ? [item.sent] : [])),
    goesOn: items.some((item) => 'goesOn' in item),
  };
}
