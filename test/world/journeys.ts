// A journey log that keeps its events for the test to look at.

import type { JourneyEvent, RecordedEvent } from '#mail/journey/event.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { JourneyLog } from '#mail/ports/journey-log.ts';
import { fixedClock } from './clock.ts';

export interface CollectingJourneys extends JourneyLog {
  readonly events: RecordedEvent[];
  ofKind<K extends JourneyEvent['kind']>(kind: K): Extract<JourneyEvent, { kind: K }>[];
}

export function collectingJourneys(clock: Clock = fixedClock()): CollectingJourneys {
  const events: RecordedEvent[] = [];
  return {
    events,
    record(key, event) {
      events.push({ key, atMs: clock.nowMs(), event });
    },
    ofKind<K extends JourneyEvent['kind']>(kind: K) {
      return events
        .map((recorded) => recorded.event)
        .filter((event): event is Extract<JourneyEvent, { kind: K }> => event.kind === kind);
    },
  };
}
