// What the words behind `valija why` ask for.

import type { StorySearch } from '#mail/journey/story-search.ts';
import type { CommandContext } from './command-context.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { parseMoment } from './moment.ts';

export interface WhyOptions {
  readonly from?: string;
  readonly to?: string;
  readonly client?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit?: string;
}

const STORIES = 20;

export function parseSearch(
  context: CommandContext,
  about: string | undefined,
  { from, to, client, since, until, limit }: WhyOptions,
  nowMs: number,
): StorySearch {
  const search = {
    ...(about !== undefined && { about }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(client !== undefined && { client }),
    ...(since !== undefined && { sinceMs: momentOf(context, '--since', since, nowMs) }),
    ...(until !== undefined && { untilMs: momentOf(context, '--until', until, nowMs) }),
  };
  if (Object.keys(search).length === 0) throw new CommandFailure(EXIT.usage, context.say('why.choose'));
  return { ...search, limit: parseLimit(context, limit) };
}

function momentOf({ say }: CommandContext, name: string, text: string, nowMs: number): number {
  const moment = parseMoment(text, nowMs);
  if (moment !== undefined) return moment;
  throw new CommandFailure(EXIT.usage, say('usage.invalid-value', { value: text, name }));
}

function parseLimit({ say }: CommandContext, text: string | undefined): number {
  if (text === undefined) return STORIES;
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new CommandFailure(EXIT.usage, say('usage.invalid-value', { value: text, name: '--limit' }));
}
