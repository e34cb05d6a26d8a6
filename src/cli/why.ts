// `valija why`: the story of a message, from the running server or, where none runs, from what it left on the disk. Whatever
// is asked for, it finds out what there is to tell: one story, a table of many, or that nothing came.

import type { Command } from 'commander';
import { summarize } from '#mail/journey/story-summary.ts';
import type { CommandContext } from './command-context.ts';
import { findConfigFile, readSettings } from './config-file.ts';
import { EXIT } from './exit-code.ts';
import { addSubcommand } from './program.ts';
import { show } from './show-record.ts';
import { findStories } from './why/archive.ts';
import { parseSearch, type WhyOptions } from './why/search.ts';
import { openSettingFinder } from './why/settings.ts';
import { recordsOf } from './why/story-records.ts';
import { formatFound, formatNothing } from './why/view.ts';

export function addWhy(program: Command, context: CommandContext): void {
  const { say } = context;
  addSubcommand(program, context, 'why', 'why.description', 'why.examples')
    .argument('[about]', say('why.argument'))
    .option('--from <address>', say('why.option.from'))
    .option('--to <address>', say('why.option.to'))
    .option('--client <address>', say('why.option.client'))
    .option('--since <time>', say('why.option.since'))
    .option('--until <time>', say('why.option.until'))
    .option('--limit <count>', say('why.option.limit'))
    .action(async (about: string | undefined, options: WhyOptions) => {
      const search = parseSearch(context, about, options);
      const file = findConfigFile(context);
      const config = readSettings(context, file);
      const found = await findStories(context, config, search);
      const findSetting = openSettingFinder(file, config);
      show(context, recordsOf(found, findSetting), () =>
        found.stories.length === 0
          ? formatNothing(context, search, found, findSetting)
          : formatFound(context, search, found, findSetting),
      );
      if (!found.stories.some((story) => summarize(story) !== undefined)) context.exitCode = EXIT.noInput;
    });
}
