// `valija log`: the server's log, for a person or as JSON.

import { statSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { LOG_LEVELS } from '#mail/ports/log.ts';
import { askServer, controlPath, NOT_RUNNING } from './ask-server.ts';
import type { CommandContext } from './command-context.ts';
import { loadSettings } from './config-file.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { formatLogLine } from './log/line-view.ts';
import { readTail } from './log/tail.ts';
import { countOf } from './option-values.ts';
import { addSubcommand } from './program.ts';
import { show } from './show-record.ts';

const LINES = 50;
const MOST_LINES = 1_000_000;

interface LogOptions {
  readonly follow?: boolean;
  readonly lines?: string;
  readonly level?: string;
}

export function addLog(program: Command, context: CommandContext): void {
  const { say } = context;
  addSubcommand(program, context, 'log', 'log.description', 'log.examples')
    .option('-f, --follow', say('log.option.follow'))
    .option('-n, --lines <count>', say('log.option.lines'))
    .addOption(new Option('--level <level>', say('log.option.level')).choices(LOG_LEVELS))
    .action(async ({ follow, lines, level }: LogOptions) => {
      if (level !== undefined) return changeLevel(context, level);
      const count = lines === undefined ? LINES : countOf(context, '--lines', lines, { least: 0, most: MOST_LINES });
      const file = loadSettings(context).maillog_file;
      if (file === '') throw new CommandFailure(EXIT.noInput, say('log.off'));
      // A log that this user may not see is not none: that is thrown as it is.
      if (statSync(file, { throwIfNoEntry: false }) === undefined)
        throw new CommandFailure(EXIT.noInput, say('log.none', { file }));
      const form = context.globalOptions().json ? 'json' : 'text';
      for await (const line of readTail(file, count, follow === true)) {
        context.print(formatLogLine(line, form, context.paint));
      }
    });
}

async function changeLevel(context: CommandContext, level: string): Promise<void> {
  const path = controlPath(loadSettings(context));
  const answer = await askServer(context, path, 'log.level', { level });
  if (answer === NOT_RUNNING || !('value' in answer)) {
    throw new CommandFailure(EXIT.unavailable, context.say('status.not-running', { path }));
  }
  show(context, answer.value, () => context.say('log.level-changed', { level }));
}
