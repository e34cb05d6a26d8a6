// Where the stories come from: the running server, or the file that it left.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '#base/thrown.ts';
import { type StoryItem, unpackStories } from '#mail/journey/story-items.ts';
import type { StorySearch } from '#mail/journey/story-search.ts';
import type { FoundStories } from '#mail/ports/journey-log.ts';
import type { Config } from '#platform/config/schema.ts';
import { readJourneys } from '#platform/journeys/read-journeys.ts';
import { askServer, controlPath, NOT_RUNNING } from '../ask-server.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandFailure, EXIT } from '../exit-code.ts';

export async function findStories(context: CommandContext, config: Config, search: StorySearch): Promise<FoundStories> {
  const answer = await askServer(context, controlPath(config), 'why', search);
  if (answer === NOT_RUNNING) return findOnDisk(context, join(config.state_directory, 'journeys.db'), search);
  // Both ends are of one version, which the socket checks: what the server says is taken as it is.
  return unpackStories('value' in answer ? (answer.value as StoryItem[]) : []);
}

function findOnDisk({ say }: CommandContext, file: string, search: StorySearch): FoundStories {
  if (!existsSync(file)) return unpackStories([]);
  try {
    return readJourneys(file, search);
  } catch (error) {
    const reason = messageOf(error);
    throw new CommandFailure(EXIT.ioError, say('why.unreadable', { file, reason }));
  }
}
