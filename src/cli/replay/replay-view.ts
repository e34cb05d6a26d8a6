// A replay for a person at a terminal.

import type {
  ChangedSetting,
  MessageLabel,
  ReplayChange,
  ReplayOutcome,
  ReplayUnknown,
} from '#mail/simulation/replay/outcome.ts';
import type { JudgedNow } from '#mail/simulation/replay/replay-message.ts';
import type { CommandContext } from '../command-context.ts';
import type { Colour } from '../output/colour.ts';
import { formatMoment } from '../output/moment.ts';
import { harmless } from '../output/table.ts';

const COLOURS: Readonly<Record<JudgedNow['outcome'], Colour>> = { permit: 'green', reject: 'red', defer: 'yellow' };

export function formatReplay(context: CommandContext, outcome: ReplayOutcome): string {
  const { say, paint } = context;
  if (outcome.messages === 0) return say('replay.nothing');
  const { messages, verdicts, settings, changes, unknown, furtherChanges, furtherUnknown } = outcome;
  const counts = { changes: changes.length + furtherChanges, unknown: unknown.length + furtherUnknown };
  return [
    say('replay.summary', { messages, verdicts, ...counts }),
    '',
    ...(settings.length === 0
      ? [say('replay.no-settings')]
      : [paint('bold', say('replay.settings')), ...settings.map((each) => `  ${nameSetting(context, each)}`)]),
    ...section(
      context,
      'replay.changes',
      changes.flatMap((change) => changeLines(context, change)),
      furtherChanges,
    ),
    ...section(
      context,
      'replay.unknown',
      unknown.flatMap((each) => unknownLines(context, each)),
      furtherUnknown,
    ),
  ].join('\n');
}

function section(
  { say, paint }: CommandContext,
  title: 'replay.changes' | 'replay.unknown',
  lines: readonly string[],
  further: number,
): string[] {
  if (lines.length === 0) return [];
  return ['', paint('bold', say(title)), ...lines, ...(further > 0 ? [say('replay.further', { count: further })] : [])];
}

function changeLines(
  context: CommandContext,
  { message, stage, subject, before, after, ...why }: ReplayChange,
): string[] {
  const { say } = context;
  return [
    titleOf(context, message, stage, subject),
    `  ${verdictText(context, before)} → ${say('replay.now')} ${verdictText(context, after)}`,
    ...(after.reply === '' ? [] : [`  ${context.paint('dim', harmless(after.reply))}`]),
    `  ${causeText(context, why)}`,
  ];
}

function unknownLines(context: CommandContext, { message, stage, subject, before, what }: ReplayUnknown): string[] {
  return [
    titleOf(context, message, stage, subject),
    `  ${verdictText(context, before)} → ${context.say('replay.would-ask', { what: harmless(what) })}`,
  ];
}

function titleOf(context: CommandContext, message: MessageLabel, stage: JudgedNow['stage'], subject: string): string {
  const { say, paint } = context;
  const { key, atMs, clientAddress, sender } = message;
  const who = sender === undefined ? clientAddress : `${clientAddress} ${say('replay.from')} <${sender}>`;
  const about = stage === 'recipient' ? ` ${subject}` : '';
  const place = `${say(`replay.stage.${stage}`)}${about}`;
  return `${paint('cyan', harmless(key))}  ${formatMoment(context, atMs)}  ${harmless(`${who}: ${place}`)}`;
}

function verdictText({ say, paint }: CommandContext, { outcome, rule, place }: JudgedNow): string {
  const by = rule ?? say('replay.protocol');
  return paint(COLOURS[outcome], harmless(`${say(`replay.outcome.${outcome}`)} (${place ?? by})`));
}

function causeText(
  context: CommandContext,
  { causes, isSinceThen }: Pick<ReplayChange, 'causes' | 'isSinceThen'>,
): string {
  const { say } = context;
  if (isSinceThen) return say('replay.since-then');
  if (causes === undefined) return say('replay.cause.not-sought');
  if (causes.length === 0) return say('replay.cause.together');
  return say('replay.cause', { setting: causes.map((setting) => nameSetting(context, setting)).join(', ') });
}

function nameSetting({ say }: CommandContext, { name, line }: ChangedSetting): string {
  return `${name} (${line === undefined ? say('replay.default') : say('replay.line', { line })})`;
}
