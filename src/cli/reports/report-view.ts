// Single reports: those that came, those that were sent, and all that one of them says.

import type { SentReport } from '#mail/ports/report-store.ts';
import type { AggregateReport, CountedRow } from '#mail/reports/aggregate-report.ts';
import type { ReceivedTlsReport } from '#mail/reports/read-tls-report.ts';
import type { ReportListing, StoredReport } from '#mail/reports/received-report.ts';
import type { CommandContext } from '../command-context.ts';
import { formatMoment } from '../output/moment.ts';
import { formatFields, formatTable, harmless } from '../output/table.ts';
import { meaningOf } from './summary-view.ts';

export function formatListings(context: CommandContext, listings: readonly ReportListing[]): string {
  const { say } = context;
  const columns = [
    { title: say('reports.field.id'), align: 'right' },
    { title: say('reports.field.kind') },
    { title: say('reports.field.domain') },
    { title: say('reports.field.reporter') },
    { title: say('reports.field.begin') },
    { title: say('reports.field.total'), align: 'right' },
    { title: say('reports.field.fail'), align: 'right' },
    { title: say('reports.field.proof') },
  ] as const;
  const rows = listings.map((listing) => [
    String(listing.id),
    say(`reports.kind.${listing.kind}`),
    listing.domain,
    listing.organisation,
    formatMoment(context, listing.beginSeconds * 1000),
    String(listing.total),
    String(listing.failed),
    proofOf(context, listing),
  ]);
  return formatTable(columns, rows);
}

export function formatReport(context: CommandContext, stored: StoredReport): string {
  const { say } = context;
  const { content } = stored;
  const head = formatFields([
    [say('reports.field.id'), String(stored.id)],
    [say('reports.field.kind'), say(`reports.kind.${stored.kind}`)],
    [say('reports.field.domain'), stored.domain],
    [say('reports.field.reporter'), `${stored.organisation} <${contactOf(stored)}>`],
    [say('reports.field.report-id'), stored.reportId],
    [say('reports.field.begin'), formatMoment(context, stored.beginSeconds * 1000)],
    [say('reports.field.end'), formatMoment(context, stored.endSeconds * 1000)],
    [say('reports.field.proof'), proofOf(context, stored)],
    [say('reports.field.message'), `valija why ${stored.queueId}`],
  ]);
  const body =
    content.kind === 'aggregate' ? formatRows(context, content.report) : formatPolicies(context, content.report);
  return `${head}\n${body}`;
}

function contactOf({ content }: StoredReport): string {
  return content.kind === 'aggregate' ? content.report.email : content.report.contact;
}

function proofOf({ say }: CommandContext, { isVerified, author }: ReportListing): string {
  if (!isVerified) return say('reports.proof.none');
  return author === '' ? say('reports.proof.own') : say('reports.proof.dmarc', { author });
}

function formatRows({ say }: CommandContext, { rows, errors }: AggregateReport): string {
  const columns = [
    { title: say('reports.field.address') },
    { title: say('reports.field.messages'), align: 'right' },
    { title: say('reports.field.disposition') },
    { title: say('reports.field.from') },
    { title: say('reports.field.dkim') },
    { title: say('reports.field.spf') },
    { title: say('reports.field.reason') },
  ] as const;
  const table = formatTable(columns, rows.map(cellsOf));
  return errors.length === 0
    ? table
    : `${table}${formatFields(errors.map((error) => [say('reports.field.error'), error]))}`;
}

/** Aligned or not, and what each name said: `pass (valija.test pass)`. */
function cellsOf(row: CountedRow): string[] {
  const named = (results: readonly { domain: string; result: string }[]) =>
    results.length === 0 ? '' : ` (${results.map(({ domain, result }) => `${domain} ${result}`).join(', ')})`;
  return [
    row.sourceAddress,
    String(row.count),
    row.disposition,
    row.headerFrom,
    row.dkim + named(row.dkimResults),
    row.spf + named(row.spfResults),
    row.reasons.map(({ type, comment }) => (comment === undefined ? type : `${type}: ${comment}`)).join('; '),
  ];
}

function formatPolicies(context: CommandContext, { policies }: ReceivedTlsReport): string {
  const { say } = context;
  const columns = [
    { title: say('reports.field.tls-failure') },
    { title: say('reports.field.sender') },
    { title: say('reports.field.receiver') },
    { title: say('reports.field.sessions'), align: 'right' },
    { title: say('reports.field.meaning') },
  ] as const;
  const blocks = policies.map(({ domain, type, successful, failed, failures }) => {
    const heading = harmless(say('reports.tls.policy', { domain, type, sessions: successful + failed, failed }));
    const rows = failures.map((failure) => [
      failure.reason === undefined ? failure.resultType : `${failure.resultType} (${failure.reason})`,
      failure.sendingAddress ?? '',
      failure.receivingHost ?? failure.receivingAddress ?? '',
      String(failure.count),
      meaningOf(context, failure.resultType),
    ]);
    return rows.length === 0 ? `${heading}\n` : `${heading}\n${formatTable(columns, rows)}`;
  });
  return blocks.join('\n');
}

export function formatSent(context: CommandContext, sent: readonly SentReport[]): string {
  const { say } = context;
  const columns = [
    { title: say('reports.field.when') },
    { title: say('reports.field.domain') },
    { title: say('reports.field.messages'), align: 'right' },
    { title: say('reports.field.to') },
    { title: say('reports.field.outcome') },
    { title: say('reports.field.message') },
  ] as const;
  const rows = sent.map(({ atMs, policyDomain, messages, recipient, outcome, queueId }) => [
    formatMoment(context, atMs),
    policyDomain,
    String(messages),
    recipient,
    say(`reports.outcome.${outcome}`),
    queueId === undefined ? '' : `valija why ${queueId}`,
  ]);
  return formatTable(columns, rows);
}
