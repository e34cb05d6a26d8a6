// `valija config history`, `valija config diff`: what was in force when, and what differs.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { messageOf } from '#base/thrown.ts';
import { configHistoryFolder, type KeptConfig, readConfigHistory } from '#platform/config/config-history.ts';
import { diffSettings, type SettingChange } from '#platform/config/settings-diff.ts';
import type { CommandContext } from '../command-context.ts';
import { badConfig } from '../config-complaints.ts';
import { findConfigFile, loadSettings } from '../config-file.ts';
import { CommandFailure, EXIT } from '../exit-code.ts';
import { formatMoment } from '../output/moment.ts';
import { formatTable } from '../output/table.ts';
import { addSubcommand } from '../program.ts';
import { show, showList } from '../show-record.ts';

export interface NamedText {
  readonly name: string;
  readonly text: string;
}

export function addHistory(config: Command, context: CommandContext): void {
  addSubcommand(config, context, 'history', 'config.history.description', 'config.history.examples').action(() => {
    const kept = readKept(context);
    const entries = kept.map((entry, at) => {
      const { number, loadedMs, by, how } = entry;
      const former = kept[at - 1];
      const changes = former === undefined ? [] : changesBetween(context, nameOf(former), nameOf(entry));
      return { number, loadedMs, by, how, changes: changes.map(({ key }) => key) };
    });
    showList(context, entries.reverse(), formatHistory, 'config.history.none');
  });
  addSubcommand(config, context, 'diff [from] [to]', 'config.diff.description', 'config.diff.examples').action(
    (from: string | undefined, to: string | undefined) => {
      const kept = readKept(context);
      const before = from === undefined ? lastOf(context, kept) : findText(context, kept, from);
      const after = to === undefined ? fileText(findConfigFile(context)) : findText(context, kept, to);
      const changes = changesBetween(context, before, after);
      show(context, { from: before.name, to: after.name, changes }, () => formatChanges(context, changes));
    },
  );
}

export function readKept(context: CommandContext): KeptConfig[] {
  return readConfigHistory(configHistoryFolder(loadSettings(context).state_directory));
}

export function nameOf({ number, text }: KeptConfig): NamedText {
  return { name: `#${number}`, text };
}

/** Throws CommandFailure where one of them is no TOML. */
export function changesBetween(context: CommandContext, before: NamedText, after: NamedText): SettingChange[] {
  const changes = diffSettings(before, after);
  if (changes.ok) return changes.value;
  throw badConfig(context, changes.error);
}

export function formatChanges({ say, paint }: CommandContext, changes: readonly SettingChange[]): string {
  if (changes.length === 0) return say('config.diff.none');
  return changes
    .flatMap(({ key, before, after }) => [
      ...(before === undefined ? [] : [paint('red', `- ${key} = ${before}`)]),
      ...(after === undefined ? [] : [paint('green', `+ ${key} = ${after}`)]),
    ])
    .join('\n');
}

/** Of the history by its number, or of a file. */
function findText(context: CommandContext, kept: readonly KeptConfig[], word: string): NamedText {
  return NUMBER.test(word) ? nameOf(findKept(context, kept, word)) : fileText(resolve(word));
}

/** `3`, or `#3`, as it is named where something is wrong with it. */
const NUMBER = /^#?(\d{1,6})$/;

export function findKept({ say }: CommandContext, kept: readonly KeptConfig[], word: string): KeptConfig {
  const number = NUMBER.exec(word)?.[1];
  const entry = number === undefined ? undefined : kept.find((one) => one.number === Number(number));
  if (entry !== undefined) return entry;
  throw new CommandFailure(EXIT.noInput, say('config.history.not-there', { number: number ?? word }));
}

function lastOf({ say }: CommandContext, kept: readonly KeptConfig[]): NamedText {
  const last = kept.at(-1);
  if (last === undefined) throw new CommandFailure(EXIT.noInput, say('config.history.none'));
  return nameOf(last);
}

function fileText(file: string): NamedText {
  try {
    return { name: file, text: readFileSync(file, 'utf8') };
  } catch (cause) {
    throw new CommandFailure(EXIT.noInput, messageOf(cause));
  }
}

interface HistoryRow extends Omit<KeptConfig, 'text'> {
  readonly changes: readonly string[];
}

function formatHistory(context: CommandContext, entries: readonly HistoryRow[]): string {
  const { say } = context;
  const columns = [
    { title: say('config.history.number'), align: 'right' },
    { title: say('config.history.loaded') },
    { title: say('config.history.how') },
    { title: say('config.history.by') },
    { title: say('config.history.changes') },
  ] as const;
  const rows = entries.map(({ number, loadedMs, how, by, changes }) => [
    String(number),
    formatMoment(context, loadedMs),
    how,
    by ?? '',
    changes.join(', '),
  ]);
  return formatTable(columns, rows);
}
