// What the words behind `valija why` ask for.

import type { StorySearch } from '#mail/journey/story-search.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandFailure, EXIT } from '../exit-code.ts';
import { countOf, momentOf } from '../option-values.ts';

export interface WhyOptions {
  readonly from?: string;
  readonly to?: string;
  readonly client?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit?: string;
}

const STORIES = 20;
const MOST_STORIES = 999;

export function parseSearch(
  context: CommandContext,
  about: string | undefined,
  { from, to, client, since, until, limit }: WhyOptions,
): StorySearch {
  const search = {
    ...(about !== undefined && { about }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(client !== undefined && { client }),
    ...(since !== undefined && { sinceMs: momentOf(context, '--since', since) }),
    ...(until !== undefined && { untilMs: momentOf(context, '--until', until) }),
  };
  if (Object.keys(search).length === 0) throw new CommandFailure(EXIT.usage, context.say('why.choose'));
  const most = limit === undefined ? STORIES : countOf(context, '--limit', limit, { most: MOST_STORIES });
  return { ...search, limit: most };
}
