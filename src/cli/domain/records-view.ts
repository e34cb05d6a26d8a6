// The records that a domain needs, as a person reads them: each group under its reason, long values whole, for they are pasted.

import type { DomainPlan } from '#mail/domain-records/plan-domain.ts';
import type { WantedRecord } from '#mail/domain-records/wanted-record.ts';
import { formatZone } from '#mail/domain-records/zone-text.ts';
import type { CommandContext } from '../command-context.ts';
import { formatTable } from '../output/table.ts';

export function formatPlan(context: CommandContext, plan: DomainPlan): string {
  const { say } = context;
  const { domain, mailHost, records } = plan;
  const isOurs = ({ name }: WantedRecord) => name === domain || name.endsWith(`.${domain}`);
  const elsewhere = records.filter((record) => !isOurs(record));
  return [
    say('domain.publish-these', { domain }),
    '',
    ...formatGroups(context, records.filter(isOurs)),
    ...(elsewhere.length === 0
      ? []
      : [context.paint('bold', say('domain.elsewhere', { host: mailHost })), '', ...formatGroups(context, elsewhere)]),
    ...formatGaps(context, plan),
  ].join('\n');
}

/** The values speak for themselves. */
const NO_TITLES = [{ title: '' }, { title: '' }, { title: '' }];

/** What follows one another for one reason stands in one table. */
function formatGroups(context: CommandContext, records: readonly WantedRecord[]): string[] {
  const groups: WantedRecord[][] = [];
  for (const record of records) {
    const last = groups.at(-1);
    if (last?.[0]?.purpose === record.purpose && last[0].weight === record.weight) last.push(record);
    else groups.push([record]);
  }
  return groups.map((group) => formatGroup(context, group));
}

function formatGroup(context: CommandContext, group: readonly WantedRecord[]): string {
  const { say, paint } = context;
  const [first] = group;
  if (first === undefined) return '';
  const reason = paint('dim', `${say(`domain.purpose.${first.purpose}`)} (${say(`domain.weight.${first.weight}`)})`);
  const rows = group.map(({ name, type, data }) => [`  ${name}.`, type, data]);
  return `${reason}\n${formatTable(NO_TITLES, rows).slice(1)}`;
}

function formatGaps(context: CommandContext, plan: DomainPlan): string[] {
  return describeGaps(context, plan).map((text) => context.paint('yellow', text));
}

function describeGaps({ say }: CommandContext, { domain, mailHost, relayhost, gaps }: DomainPlan): string[] {
  return gaps.map((gap) => say(`domain.gap.${gap}`, { domain, host: mailHost, relay: relayhost }));
}

export function formatPlanAsZone(context: CommandContext, plan: DomainPlan): string {
  const gaps = describeGaps(context, plan).map((text) => `; ${text}\n`);
  return `${gaps.join('')}${formatZone(plan, ({ purpose }) => context.say(`domain.purpose.${purpose}`))}`;
}
