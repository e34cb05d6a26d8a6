// What one flush writes of one journey: its new events, and what the journey can be found by.

import type { RecordedEvent } from '#mail/journey/event.ts';
import { marksOf } from '#mail/journey/marks.ts';

export interface JourneyPiece {
  readonly key: string;
  /** Of the first event. */
  readonly atMs: number;
  /** It is the first of its story, whatever was called by this key before. */
  readonly begins: boolean;
  /** The connection that a `joined` event names. */
  readonly connectionKey: string | undefined;
  readonly marks: readonly string[];
  /** JSON of RecordedEvent[], the key left out. */
  readonly events: string;
}

const BEGINNINGS: ReadonlySet<string> = new Set(['connected', 'joined', 'posted']);

export function makeJourneyPiece(key: string, recorded: readonly RecordedEvent[]): JourneyPiece {
  const events = recorded.map(({ event }) => event);
  const joined = events.find((event) => event.kind === 'joined');
  return {
    key,
    atMs: Math.trunc(recorded[0]?.atMs ?? 0),
    begins: BEGINNINGS.has(events[0]?.kind ?? ''),
    connectionKey: joined?.key,
    marks: marksOf(key, events),
    events: JSON.stringify(recorded.map(withoutKey)),
  };
}

export function readEvents(key: string, json: string): RecordedEvent[] {
  return (JSON.parse(json) as Omit<RecordedEvent, 'key'>[]).map((event) => ({ key, ...event }));
}

function withoutKey({ atMs, event }: RecordedEvent): Omit<RecordedEvent, 'key'> {
  return { atMs, event };
}
