// Found stories as one flat list, for a socket whose lines are short: a message to a thousand people has a long story.

import type { FoundStories } from '#mail/ports/journey-log.ts';
import type { RecordedEvent } from './event.ts';

export type StoryItem =
  | { readonly part: 'answer'; readonly hasMore: boolean; readonly oldestMs?: number }
  /** `story` tells those of one part apart. */
  | ({ readonly part: 'found' | 'earlier' | 'related'; readonly story: number } & RecordedEvent);

export function packStories({ stories, hasMore, earlier, related, oldestMs }: FoundStories): StoryItem[] {
  const pack = (part: 'found' | 'earlier' | 'related', packed: readonly (readonly RecordedEvent[])[]) =>
    packed.flatMap((events, story) => events.map((event) => ({ part, story, ...event })));
  return [
    { part: 'answer', hasMore, ...(oldestMs !== undefined && { oldestMs }) },
    ...pack('found', stories),
    ...pack('earlier', earlier === undefined ? [] : [earlier]),
    ...pack('related', related),
  ];
}

export function unpackStories(items: readonly StoryItem[]): FoundStories {
  const parts = { found: [], earlier: [], related: [] } as Record<'found' | 'earlier' | 'related', RecordedEvent[][]>;
  let hasMore = false;
  let oldestMs: number | undefined;
  for (const item of items) {
    if (item.part === 'answer') ({ hasMore, oldestMs } = item);
    else {
      const { part, story, ...event } = item;
      parts[part][story] ??= [];
      parts[part][story].push(event);
    }
  }
  return { stories: parts.found, hasMore, earlier: parts.earlier[0], related: parts.related, oldestMs };
}
