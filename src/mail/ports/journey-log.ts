// Where journey events go: written in batches, never on the acknowledged path. `find` serves `valija why`.

import type { JourneyEvent, RecordedEvent } from '#mail/journey/event.ts';

export interface JourneyLog {
  /** `key` is the queue id once there is one, before that the connection's id; `joined` events tie the two. */
  record(key: string, event: JourneyEvent): void;
}

export interface JourneyArchive {
  /** By queue id, connection id or Message-ID (with or without angle brackets); each list one message, in time order. */
  find(id: string): Promise<RecordedEvent[][]>;
}
