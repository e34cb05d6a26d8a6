// Where journey events go: written in batches, never on the acknowledged path. `find` serves `valija why`.

import type { JourneyEvent, RecordedEvent } from '#mail/journey/event.ts';
import type { StorySearch } from '#mail/journey/story-search.ts';

export interface JourneyLog {
  /** `key` is the queue id once there is one, before that the connection's id; `joined` events tie the two. */
  record(key: string, event: JourneyEvent): void;
}

/** One message with its connection's part, or one connection; in time order, of one key but for that part. */
export type RecordedStory = readonly RecordedEvent[];

export interface FoundStories {
  /** The newest, in the order of their beginnings. */
  readonly stories: readonly RecordedStory[];
  /** There are older ones than these. */
  readonly hasMore: boolean;
  /** Where nothing was found in the time that was asked about: the last before it. */
  readonly earlier: RecordedStory | undefined;
  /** Of one story: what it was a notice of, and the notices that were written about it. */
  readonly related: readonly RecordedStory[];
  /** How far back the archive goes. */
  readonly oldestMs: number | undefined;
}

export interface JourneyArchive {
  find(search: StorySearch): Promise<FoundStories>;
}
