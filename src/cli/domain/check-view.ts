// What a check found, as a person reads it: the worst of each check as its sign, what is wrong with what was seen, why it
// matters, and what to paste. What holds is one line.

import type { Finding, Severity } from '#mail/domain-check/finding.ts';
import { worstSeverity } from '#mail/domain-check/finding.ts';
import { CHECK_NAMES, type CheckName } from '#mail/domain-check/rules.ts';
import { formatRecord } from '#mail/domain-records/published-record.ts';
import type { DomainReport } from '#mail/ports/domain-advisor.ts';
import type { CommandContext } from '../command-context.ts';
import type { Colour } from '../output/colour.ts';
import { harmless } from '../output/table.ts';

const SIGNS: Readonly<Record<Severity, readonly [sign: string, colour: Colour]>> = {
  ok: ['✓', 'green'],
  advice: ['·', 'cyan'],
  unknown: ['?', 'yellow'],
  warning: ['!', 'yellow'],
  failure: ['✗', 'red'],
};

export interface CheckViewOptions {
  /** Also each thing that holds. */
  readonly all: boolean;
}

export function formatReport(context: CommandContext, report: DomainReport, options: CheckViewOptions): string {
  const checks = CHECK_NAMES.flatMap((check) => {
    const findings = report.findings.filter((finding) => finding.check === check);
    return findings.length === 0 ? [] : [formatCheck(context, check, findings, options)];
  });
  return [...checks, '', formatSummary(context, report)].join('\n');
}

function formatCheck(
  context: CommandContext,
  check: CheckName,
  findings: readonly Finding[],
  { all }: CheckViewOptions,
): string {
  const { say, paint } = context;
  const [sign, colour] = SIGNS[worstSeverity(findings)];
  const good = findings.filter(({ severity }) => severity === 'ok');
  const told = all || good.length === findings.length ? findings : findings.filter(({ severity }) => severity !== 'ok');
  // What holds for several addresses or keys is said once.
  const lines = told === findings && !all ? good.slice(0, 1) : told;
  const hasTrouble = lines.some(({ severity }) => severity !== 'ok' && severity !== 'advice');
  return [
    `${paint(colour, sign)} ${paint('bold', say(`domain.check.${check}`))}`,
    ...lines.flatMap((finding) => formatFinding(context, finding, all)),
    ...(hasTrouble ? [`    ${paint('dim', `${say('domain.why')} ${say(`domain.why.${check}`)}`)}`] : []),
  ].join('\n');
}

function formatFinding(context: CommandContext, finding: Finding, all: boolean): string[] {
  const { say, paint } = context;
  const { rule, severity, subject, values, seen, expected, paste } = finding;
  const [, colour] = SIGNS[severity];
  const text = harmless(say(`domain.finding.${rule}`, { ...values, subject }));
  if (severity === 'ok' && !all) return [`    ${text}`];
  const hasDetails = severity !== 'advice' || all;
  return [
    `    ${severity === 'ok' ? text : paint(colour, text)}`,
    ...(hasDetails ? seen.map((each) => `      ${say('domain.seen')} ${harmless(each)}`) : []),
    ...(paste.length === 0 ? expected.map((each) => `      ${say('domain.expected')} ${harmless(each)}`) : []),
    ...paste.map((record) => `      ${say('domain.paste')} ${paint('cyan', formatRecord(record))}`),
  ];
}

function formatSummary({ say, paint }: CommandContext, { domain, isGreen, findings }: DomainReport): string {
  const count = (wanted: Severity) => findings.filter(({ severity }) => severity === wanted).length;
  if (isGreen) return paint('green', say('domain.green', { domain }));
  const [failures, warnings, unknown] = [count('failure'), count('warning'), count('unknown')];
  const text = say('domain.not-green', { domain, failures, warnings, unknown });
  return paint(failures > 0 ? 'red' : 'yellow', text);
}
