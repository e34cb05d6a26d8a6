// The program as commander sees it: its options, its words, and help that looks the same for every command.

import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import type { AddCommand, CommandContext } from './command-context.ts';
import { EXIT } from './exit-code.ts';
import { openPaint } from './output/colour.ts';
import { LANGUAGES, type TextKey } from './texts/say.ts';

/** Titles that commander writes itself. */
const TITLES: Readonly<Record<string, TextKey>> = {
  'Usage:': 'help.usage',
  'Options:': 'help.options',
  'Global Options:': 'help.global-options',
  'Arguments:': 'help.arguments',
  'Commands:': 'help.commands',
};

export function buildProgram(context: CommandContext, commands: readonly AddCommand[]): Command {
  const { say } = context;
  const program = new Command('valija')
    .description(say('program.description'))
    .version(readVersion(), '-V, --version', say('option.version'))
    .addOption(new Option('--config <file>', say('option.config')))
    .addOption(new Option('--json', say('option.json')))
    .addOption(new Option('--lang <language>', say('option.lang')).choices([...LANGUAGES]))
    .addHelpText('after', `\n${say('program.examples')}`);
  for (const addCommand of commands) addCommand(program, context);
  speak(program, context);
  return program;
}

/** `valija domain add`: with its description and examples. */
export function addSubcommand(
  parent: Command,
  { say }: CommandContext,
  usage: string,
  description: TextKey,
  examples: TextKey,
): Command {
  return parent
    .command(usage)
    .description(say(description))
    .addHelpText('after', `\n${say(examples)}`);
}

export function readVersion(): string {
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return String((JSON.parse(file) as { version: unknown }).version);
}

/** Help in the reader's language for the command and all below it; mistakes are thrown, for `usage-mistake.ts`. */
function speak(command: Command, context: CommandContext): void {
  const { say, output, environment } = context;
  const paint = openPaint(output, environment);
  command
    .exitOverride()
    .helpOption('-h, --help', say('help.option'))
    .configureOutput({
      writeOut: (text) => context.print(text),
      // Mistakes are said once, by whoever catches them; help after a mistake is for standard error.
      writeErr: (text) => text.startsWith('error:') || context.errors.write(text),
    })
    .configureHelp({
      showGlobalOptions: true,
      helpWidth: Math.min(output.columns ?? 100, 120),
      styleTitle: (title) => paint('bold', TITLES[title] === undefined ? title : say(TITLES[title])),
      optionDescription: (option) => option.description,
    });
  if (command.commands.length > 0) {
    command.helpCommand('help [command]', say('help.command'));
    // Only where it has no action of its own: the bare name shows what there is.
    command.action(() => {
      command.outputHelp({ error: true });
      context.exitCode = EXIT.usage;
    });
  }
  for (const child of command.commands) speak(child, context);
}
