// A simulation for a person at a terminal: the conversation, below each command what was asked and found, and the plan.

import { tellCheckInEnglish } from '#mail/journey/checks-english.ts';
import { tellCheckInSpanish } from '#mail/journey/checks-spanish.ts';
import type { JourneyEvent } from '#mail/journey/event.ts';
import { tellMilterEvent } from '#mail/journey/milter-events.ts';
import { ENGLISH } from '#mail/journey/phrases-english.ts';
import { SPANISH } from '#mail/journey/phrases-spanish.ts';
import type {
  PlannedEnd,
  ReportedSimulation,
  RuleCheck,
  SimulationOutcome,
  SimulationStep,
} from '#mail/simulation/outcome.ts';
import type { CommandContext } from '../command-context.ts';
import type { Colour } from '../output/colour.ts';
import { harmless } from '../output/table.ts';

const COLOURS: Readonly<Record<RuleCheck['outcome'], Colour>> = {
  silent: 'dim',
  noted: 'yellow',
  permit: 'green',
  reject: 'red',
  defer: 'yellow',
};
const MARKS: Readonly<Record<RuleCheck['outcome'], string>> = {
  silent: '·',
  noted: '!',
  permit: '✓',
  reject: '✗',
  defer: '…',
};
const WIDEST_LINE = 100;
const VERDICTS: Readonly<Record<SimulationOutcome['verdict'], Colour>> = {
  accepted: 'green',
  refused: 'red',
  deferred: 'yellow',
};

export function formatSimulation(context: CommandContext, outcome: ReportedSimulation): string {
  const { say, paint } = context;
  const { verdict, rule, plan, notes } = outcome;
  const decided = rule === undefined ? '' : ` (${say('simulate.rule', { rule })})`;
  return [
    paint('bold', say('simulate.title')),
    ...outcome.steps.flatMap((step) => ['', ...stepLines(context, step)]),
    '',
    paint(VERDICTS[verdict], `${say(`simulate.verdict.${verdict}`)}${decided}.`),
    ...(plan.length === 0
      ? []
      : ['', paint('bold', say('simulate.plan')), ...plan.flatMap((end) => planLines(context, end))]),
    ...(notes.length === 0 ? [] : ['', ...notes.map((note) => paint('dim', say(`simulate.note.${note}`)))]),
  ].join('\n');
}

function stepLines(
  context: CommandContext,
  { command, replies, events, checks, complaints }: SimulationStep,
): string[] {
  const { say, paint } = context;
  const said = command === '' ? say('simulate.connects') : command === '.' ? say('simulate.end-of-message') : command;
  return [
    paint('cyan', `C: ${harmless(said)}`),
    ...events.flatMap((event) => eventLines(context, event)).map((line) => `   ${line}`),
    ...checkLines(context, checks),
    ...complaints.map((text) => `   ${paint('yellow', harmless(text))}`),
    ...replies.flatMap(({ code, enhanced, lines }) =>
      lines.map((line, at) => {
        const dash = at < lines.length - 1 ? '-' : ' ';
        return `S: ${code}${dash}${enhanced === undefined ? '' : `${enhanced} `}${harmless(line)}`;
      }),
    ),
  ];
}

/** As many on a line as fit. */
function checkLines({ say, paint }: CommandContext, checks: readonly RuleCheck[]): string[] {
  const lines: string[] = [];
  const first = `   ${say('simulate.checks')}: `;
  let width = WIDEST_LINE;
  for (const { rule, outcome, element } of checks) {
    const text = `${MARKS[outcome]} ${harmless(element ?? rule)}`;
    const starts = width + text.length > WIDEST_LINE;
    if (starts) lines.push(lines.length === 0 ? first : ' '.repeat(first.length));
    width = (starts ? first.length : width) + text.length + 2;
    lines.push(`${lines.pop() ?? ''}${paint(COLOURS[outcome], text)}  `);
  }
  return lines.map((line) => line.trimEnd());
}

function eventLines({ say, language, paint }: CommandContext, event: JourneyEvent): string[] {
  switch (event.kind) {
    case 'judged': {
      const facts = Object.entries(event.facts).map(([name, value]) => `${name}=${value}`);
      return facts.length === 0 ? [] : [`${say('simulate.facts')}: ${harmless(facts.join('  '))}`];
    }
    case 'routed':
      return event.steps.map((step) => `${say('simulate.way')}: ${harmless(step)}`);
    case 'checked':
      return [harmless(language === 'es' ? tellCheckInSpanish(event) : tellCheckInEnglish(event))];
    case 'sender-checked':
      return (language === 'es' ? SPANISH : ENGLISH).findings(event.findings).map((line) => harmless(line));
    case 'milter':
    case 'milter-failed':
      return [harmless(tellMilterEvent(event, language))];
    case 'amended':
      return [paint('dim', harmless(event.change))];
    default:
      return [];
  }
}

function planLines({ say, paint }: CommandContext, end: PlannedEnd): string[] {
  if (end.kind === 'discard') return [paint('red', `  ${say('simulate.plan.discard')}`)];
  const { recipient } = end;
  if (end.kind === 'file') {
    const { mailbox, account } = end;
    return [harmless(`  ${recipient}  ${say('simulate.plan.file', { mailbox, account })}`)];
  }
  const { nextHop, servers = [], failure, held } = end;
  return [
    harmless(`  ${recipient}  ${say('simulate.plan.queue', { nextHop })}`),
    ...(held ? [paint('yellow', `    ${say('simulate.plan.held')}`)] : []),
    ...servers.map((server) => harmless(`    ${say('simulate.plan.server', { ...server })}`)),
    ...(failure === undefined
      ? []
      : [paint('yellow', harmless(`    ${say('simulate.plan.failure', { reason: failure })}`))]),
  ];
}
