// The program as commander sees it: its options, its words, and help that looks the same for every command.

import { Command, type HelpConfiguration, Option } from 'commander';
import { ownVersion } from '#platform/machine/own-version.ts';
import type { AddCommand, CommandContext } from './command-context.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { LANGUAGES } from './texts/say.ts';
import type { TextKey } from './texts/text-key.ts';
import { formatUsageMistake } from './usage-mistake.ts';

const WIDEST_HELP = 100;

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
    .version(ownVersion(), '-V, --version', say('option.version'))
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

/** Help and mistakes in the reader's language, for the command and all below it. */
function speak(command: Command, context: CommandContext, parents: readonly string[] = []): void {
  const path = [...parents, command.name()];
  command
    .exitOverride((error) => {
      // Help, and the bare name of a command that has others below it, have said all that is to be said.
      if (error.exitCode === 0 || error.code === 'commander.help') throw error;
      throw new CommandFailure(EXIT.usage, formatUsageMistake(error, path.join(' '), context.say));
    })
    .helpOption('-h, --help', context.say('help.option'))
    .configureOutput({
      writeOut: (text) => context.print(text),
      writeErr: (text) => context.errors.write(text),
      outputError: () => undefined,
    })
    .configureHelp(helpForm(context));
  if (command.commands.length > 0) addHelp(command, context, path);
  for (const child of command.commands) speak(child, context, path);
}

/** `valija help domain add`: commander's own `help` looks one word deep, and shows all help where a word is wrong. */
function addHelp(command: Command, { say }: CommandContext, path: readonly string[]): void {
  command
    .helpCommand(false)
    .command('help [command...]')
    .description(say('help.command'))
    .action((words: readonly string[]) => {
      let about = command;
      for (const [at, word] of words.entries()) {
        const next = about.commands.find((each) => each.name() === word);
        if (next === undefined) {
          const hint = say('usage.hint', { command: [...path, ...words.slice(0, at), '--help'].join(' ') });
          throw new CommandFailure(EXIT.usage, `${say('usage.unknown-command', { name: word })}\n${hint}`);
        }
        about = next;
      }
      about.outputHelp();
    });
}

function helpForm({ say, paint, output }: CommandContext): HelpConfiguration {
  const inWords = (usage: string) =>
    usage
      .replace('[options]', say('help.usage-options'))
      .replace('[command]', say('help.usage-command'))
      .replace('[command...]', say('help.usage-commands'));
  return {
    showGlobalOptions: true,
    helpWidth: Math.min(output.columns ?? WIDEST_HELP, WIDEST_HELP),
    styleTitle: (title) => paint('bold', TITLES[title] === undefined ? title : say(TITLES[title])),
    styleUsage: inWords,
    styleSubcommandTerm: inWords,
    optionDescription: (option) => option.description,
  };
}
