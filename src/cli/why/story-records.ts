// What `valija why --json` says: each story in short, its decisions with what they rest on, and its events as they were
// recorded.

import { RULE_GROUNDS } from '#mail/journey/rule-grounds.ts';
import type { FindSetting } from '#mail/journey/story.ts';
import { summarize } from '#mail/journey/story-summary.ts';
import type { FoundStories, RecordedStory } from '#mail/ports/journey-log.ts';

export function recordsOf({ stories, hasMore, earlier, related, oldestMs }: FoundStories, findSetting: FindSetting) {
  const record = (story: RecordedStory) => recordOf(story, findSetting);
  return {
    stories: stories.map(record),
    hasMore,
    earlier: earlier && record(earlier),
    related: related.map(record),
    oldestMs,
  };
}

function recordOf(story: RecordedStory, findSetting: FindSetting) {
  const decisions = story.flatMap(({ atMs, event }) => {
    if (event.kind !== 'judged') return [];
    const { kind: _, ...judged } = event;
    const { settings = [], references = [] } = RULE_GROUNDS[event.rule] ?? {};
    const found = settings.flatMap((name) => {
      const setting = findSetting(name);
      return setting === undefined ? [] : [{ name, ...setting }];
    });
    return [{ atMs, ...judged, references, settings: found }];
  });
  return { ...summarize(story), decisions, events: story };
}
