// What all reports together say of a domain: who sends in its name, and what to do about each of them.

import type { NamedSender, NamedSummary } from '#mail/ports/report-admin.ts';
import { failedOf } from '#mail/reports/sender-tally.ts';
import { TLS_FAILURE_TYPES } from '#mail/tls-reports/tls-result.ts';
import type { CommandContext } from '../command-context.ts';
import { formatTable, harmless } from '../output/table.ts';

/** Further ones of the same kind are in the table. */
const MOST_ADVICE = 8;

export function formatSummaries({ say, paint }: CommandContext, summaries: readonly NamedSummary[]): string {
  const columns = [
    { title: say('reports.field.domain') },
    { title: say('reports.field.reports'), align: 'right' },
    { title: say('reports.field.messages'), align: 'right' },
    { title: say('reports.field.pass'), align: 'right' },
    { title: say('reports.field.fail'), align: 'right' },
    { title: say('reports.field.policy') },
    { title: say('reports.field.tls-sessions'), align: 'right' },
    { title: say('reports.field.tls-failed'), align: 'right' },
  ] as const;
  const rows = summaries.map((summary) => [
    summary.domain,
    String(summary.reports),
    String(summary.messages),
    percent(summary),
    String(failedOf(summary)),
    summary.policy === undefined ? '' : `p=${summary.policy.p}`,
    String(summary.tls.successful + summary.tls.failed),
    String(summary.tls.failed),
  ]);
  return `${formatTable(columns, rows)}${paint('dim', say('reports.next'))}\n`;
}

export function formatSummary(context: CommandContext, summary: NamedSummary): string {
  const { say, paint } = context;
  const { domain, reports, unverified, reporters, messages, policy, advice } = summary;
  const from = reporters.map(harmless).join(', ');
  const blocks = [
    say('reports.heading', { domain, reports: reports - unverified, reporters: from === '' ? '–' : from }),
  ];
  if (unverified > 0) blocks.push(paint('yellow', say('reports.unverified', { count: unverified, domain })));
  if (messages > 0) blocks.push(formatSenders(context, summary), ...formatAdvice(context, summary));
  if (policy !== undefined && advice !== undefined) {
    blocks.push(`${say('reports.policy', { policy: policy.p })} ${say(`reports.policy.${advice}`, { domain })}`);
  }
  blocks.push(...formatTls(context, summary));
  return `${blocks.map((block) => block.trimEnd()).join('\n\n')}\n`;
}

function formatSenders(context: CommandContext, { senders, senderCount }: NamedSummary): string {
  const { say } = context;
  const columns = [
    { title: say('reports.field.sender') },
    { title: say('reports.field.messages'), align: 'right' },
    { title: say('reports.field.pass'), align: 'right' },
    { title: say('reports.field.fail'), align: 'right' },
    { title: say('reports.field.dkim'), align: 'right' },
    { title: say('reports.field.spf'), align: 'right' },
    { title: say('reports.field.addresses') },
    { title: say('reports.field.found') },
  ] as const;
  const rows = senders.map((sender) => {
    const { outcomes } = sender;
    const both = outcomes.both ?? 0;
    return [
      nameOf(context, sender),
      String(sender.messages),
      percent(sender),
      String(failedOf(sender)),
      String(both + (outcomes['dkim-only'] ?? 0)),
      String(both + (outcomes['spf-only'] ?? 0)),
      addressesOf(sender),
      say(`reports.found.${sender.advice}`),
    ];
  });
  const more = senderCount > senders.length ? `${say('reports.more', { count: senderCount - senders.length })}\n` : '';
  return formatTable(columns, rows) + more;
}

/** One piece for each sender of whom something fails, in words. */
function formatAdvice(context: CommandContext, { domain, senders }: NamedSummary): string[] {
  const { say, paint } = context;
  const advised = senders.filter(({ advice }) => advice !== 'fine' && advice !== 'forwarded').slice(0, MOST_ADVICE);
  return advised.map((sender) => {
    const { via = '', spfResult = 'none' } = sender;
    const addresses = sender.addresses.map((each) => (each.includes(':') ? `ip6:${each}` : `ip4:${each}`)).join(' ');
    const who = nameOf(context, sender);
    const text = say(`reports.advice.${sender.advice}`, { who, domain, via, spf: spfResult, addresses });
    return `${paint(failedOf(sender) > 0 ? 'yellow' : 'green', '•')} ${harmless(text)}`;
  });
}

function formatTls(context: CommandContext, { tls, domain }: NamedSummary): string[] {
  const { say } = context;
  const { successful, failed, failures } = tls;
  if (successful + failed === 0) return [];
  const heading = say('reports.tls', { domain, sessions: successful + failed, failed });
  if (failures.length === 0) return [heading];
  const columns = [
    { title: say('reports.field.tls-failure') },
    { title: say('reports.field.receiver') },
    { title: say('reports.field.sessions'), align: 'right' },
    { title: say('reports.field.meaning') },
  ] as const;
  const rows = failures.map(({ resultType, receivingHost, sessions }) => [
    resultType,
    receivingHost ?? '',
    String(sessions),
    meaningOf(context, resultType),
  ]);
  return [`${heading}\n${formatTable(columns, rows)}`];
}

export function meaningOf({ say }: CommandContext, resultType: string): string {
  const known = TLS_FAILURE_TYPES.find((type) => type === resultType);
  return known === undefined ? '' : say(`reports.tls.${known}`);
}

/** The name that it proved; else what its address is called. */
function nameOf({ say }: CommandContext, { sender, via, hostName }: NamedSender): string {
  if (sender === '*') return say('reports.others');
  return via ?? (hostName === undefined ? sender : `${hostName} [${sender}]`);
}

function addressesOf({ via, addresses, addressCount }: NamedSender): string {
  const [first = ''] = addresses;
  if (addressCount > 1) return `${first} +${addressCount - 1}`;
  return via === undefined ? '' : first;
}

function percent({ messages, passed }: { readonly messages: number; readonly passed: number }): string {
  return messages === 0 ? '' : `${Math.floor((passed * 100) / messages)} %`;
}
