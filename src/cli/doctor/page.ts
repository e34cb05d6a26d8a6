// The doctor's findings as a person reads them, the level in front, why and what to do below; and as programs do.

import { type DoctorFinding, type Level, worstLevel } from '#mail/doctor/finding.ts';
import { describeFinding } from '#mail/doctor/words.ts';
import type { CommandContext } from '../command-context.ts';
import type { Colour } from '../output/colour.ts';
import { displayWidth, harmless } from '../output/table.ts';
import { nameOfUser } from '../user-name.ts';

const COLOURS: Readonly<Record<Level, Colour>> = { green: 'green', unchecked: 'dim', amber: 'yellow', red: 'red' };

/** Values that are user ids: people know names. */
const USERS = ['owner', 'wanted'];

export function formatPage(
  context: CommandContext,
  findings: readonly DoctorFinding[],
  { quiet }: { readonly quiet: boolean },
): string {
  const told = quiet ? findings.filter(({ level }) => level === 'amber' || level === 'red') : findings;
  return [...told.flatMap((finding) => formatFinding(context, finding)), formatSummary(context, findings)].join('\n');
}

/** The same fields, whatever was found. */
export function toRecord({ language }: CommandContext, finding: DoctorFinding) {
  const { rule, level, subject, values, repair } = finding;
  const { what, why, fix } = describeFinding(withNames(finding), language);
  return { level, rule, subject, values, what, why, fix, canMend: repair !== undefined };
}

function formatFinding({ say, paint, language }: CommandContext, finding: DoctorFinding): string[] {
  const { level } = finding;
  const { what, why, fix } = describeFinding(withNames(finding), language);
  const word = say(`doctor.level.${level}`);
  const width = Math.max(...Object.keys(COLOURS).map((each) => displayWidth(say(`doctor.level.${each as Level}`))));
  const indent = ' '.repeat(width + 2);
  const below = (label: string, text: string | undefined) =>
    text === undefined ? [] : [`${indent}${paint('dim', label)} ${harmless(text)}`];
  return [
    `${paint(COLOURS[level], word.padEnd(width))}  ${harmless(what)}`,
    ...below(say('doctor.why'), why),
    ...below(say('doctor.fix'), fix),
  ];
}

function formatSummary({ say, paint }: CommandContext, findings: readonly DoctorFinding[]): string {
  const count = (wanted: Level) => findings.filter(({ level }) => level === wanted).length;
  const worst = worstLevel(findings);
  const level = worst === 'unchecked' ? 'green' : worst;
  return paint(COLOURS[level], say(`doctor.summary.${level}`, { red: count('red'), amber: count('amber') }));
}

function withNames(finding: DoctorFinding): DoctorFinding {
  if (finding.rule !== 'secret-owner') return finding;
  const named = USERS.map((key) => [key, nameOfUser(Number(finding.values[key]))] as const);
  return { ...finding, values: { ...finding.values, ...Object.fromEntries(named) } };
}
