// The options that `postmap` and `postalias` share; their letters are Postfix's. postmap(1), postalias(1)

import type { Command } from 'commander';
import type { SourceForm } from '#platform/tables/source-entries.ts';
import type { CommandContext } from '../command-context.ts';
import type { TextKey } from '../texts/text-key.ts';

/** As commander gives them: by their letters. */
export interface TableCommandOptions {
  readonly q?: string;
  readonly s?: boolean;
  readonly d?: string;
  readonly i?: boolean;
  readonly r?: boolean;
  readonly w?: boolean;
  readonly f?: boolean;
  readonly N?: boolean;
  readonly o?: boolean;
  readonly p?: boolean;
}

/** What a run of one of the two programs works with. */
export interface TableCommand {
  readonly context: CommandContext;
  /** `postmap` or `postalias`, as warnings begin. */
  readonly program: string;
  readonly form: SourceForm;
  readonly options: TableCommandOptions;
  readonly warn: (text: string) => void;
}

const OPTIONS: readonly (readonly [flags: string, text: TextKey])[] = [
  ['-q <key>', 'tables.option.query'],
  ['-s', 'tables.option.sequence'],
  ['-d <key>', 'tables.option.delete'],
  ['-i', 'tables.option.incremental'],
  ['-r', 'tables.option.replace'],
  ['-w', 'tables.option.ignore'],
  ['-f', 'tables.option.no-fold'],
  ['-N', 'tables.option.nul'],
  ['-n', 'tables.option.no-nul'],
  ['-o', 'tables.option.stay-root'],
  ['-p', 'tables.option.own-mode'],
  ['-u', 'tables.option.accepted'],
  ['-v', 'tables.option.accepted'],
];

export function addTableOptions(command: Command, { say }: CommandContext): Command {
  for (const [flags, text] of OPTIONS) command.option(flags, say(text));
  return command.argument('<table...>', say('tables.argument'));
}
