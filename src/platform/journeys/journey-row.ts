// What one flush writes of one journey: its new events, and the names under which the journey can be found.

import type { RecordedEvent } from '#mail/journey/event.ts';

export interface JourneyRow {
  readonly key: string;
  /** Of the first event. */
  readonly atMs: number;
  /** The connection that a `joined` event names. */
  readonly connection: string | null;
  /** Without angle brackets. */
  readonly messageId: string | null;
  /** JSON of RecordedEvent[], the key left out. */
  readonly events: string;
}

export function makeJourneyRow(key: string, events: readonly RecordedEvent[]): JourneyRow {
  let connection: string | null = null;
  let messageId: string | null = null;
  for (const { event } of events) {
    if (event.kind === 'joined') connection = event.key;
    if (event.kind === 'received') messageId = bareMessageId(event.messageId ?? '') || null;
  }
  return { key, atMs: events[0]?.atMs ?? 0, connection, messageId, events: JSON.stringify(events.map(withoutKey)) };
}

export function readEvents(key: string, json: string): RecordedEvent[] {
  return (JSON.parse(json) as Omit<RecordedEvent, 'key'>[]).map((event) => ({ key, ...event }));
}

function withoutKey({ atMs, event }: RecordedEvent): Omit<RecordedEvent, 'key'> {
  return { atMs, event };
}

export function bareMessageId(text: string): string {
  return text.replace(/^</, '').replace(/>$/, '');
}
