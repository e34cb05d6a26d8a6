// `valija why ID`: the story of a message, from the running server or, where none runs, from what it left on the disk.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { RecordedEvent } from '#mail/journey/event.ts';
import { tellStory } from '#mail/journey/story.ts';
import { type StoryItem, unpackStories } from '#mail/journey/story-items.ts';
import type { FoundStories } from '#mail/ports/journey-log.ts';
import type { Config } from '#platform/config/schema.ts';
import { readJourneys } from '#platform/journeys/read-journeys.ts';
import { askServer, controlPath, NOT_RUNNING } from './ask-server.ts';
import type { CommandContext } from './command-context.ts';
import { loadSettings } from './config-file.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { harmless } from './output/table.ts';
import { addSubcommand } from './program.ts';
import { show } from './show-record.ts';

export function addWhy(program: Command, context: CommandContext): void {
  addSubcommand(program, context, 'why', 'why.description', 'why.examples')
    .argument('<id>', context.say('why.argument'))
    .action(async (id: string) => {
      const { stories } = await findStories(context, loadSettings(context), id);
      if (stories.length === 0) throw new CommandFailure(EXIT.noInput, context.say('why.not-found', { id }));
      show(context, stories, () => stories.map((events) => formatStory(context, events)).join('\n\n'));
    });
}

function formatStory({ language, paint }: CommandContext, events: readonly RecordedEvent[]): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const [title = '', ...lines] = tellStory(events, language, { timeZone }).map(harmless);
  return [paint('bold', title), ...lines].join('\n');
}

async function findStories(context: CommandContext, config: Config, about: string): Promise<FoundStories> {
  const answer = await askServer(context, controlPath(config), 'why', { about });
  if (answer === NOT_RUNNING) return findOnDisk(context, join(config.state_directory, 'journeys.db'), about);
  // Both ends are of one version, which the socket checks: what the server says is taken as it is.
  return unpackStories('value' in answer ? (answer.value as StoryItem[]) : []);
}

function findOnDisk({ say }: CommandContext, file: string, about: string): FoundStories {
  if (!existsSync(file)) return unpackStories([]);
  try {
    return readJourneys(file, { about, limit: 20 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(EXIT.ioError, say('why.unreadable', { file, reason }));
  }
}
