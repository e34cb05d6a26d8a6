// Counts messages by what their journeys say: one source for the story and the figures.

import type { JourneyEvent } from '#mail/journey/event.ts';
import type { JourneyLog } from '#mail/ports/journey-log.ts';
import type { MessageCounts } from '#mail/ports/status-source.ts';

/** A journey log that counts what passes through to the next. */
export function countMessages(next: JourneyLog): { journeyLog: JourneyLog; messageCounts: () => MessageCounts } {
  const counts = { accepted: 0, filed: 0, refused: 0 };
  const journeyLog: JourneyLog = {
    record(key, event) {
      if (event.kind === 'committed') counts.accepted += 1;
      else if (event.kind === 'filed') counts.filed += 1;
      else if (isRefusal(event)) counts.refused += 1;
      next.record(key, event);
    },
  };
  return { journeyLog, messageCounts: () => ({ ...counts }) };
}

function isRefusal(event: JourneyEvent): boolean {
  if (event.kind === 'abandoned') return true;
  return event.kind === 'judged' && event.stage === 'content' && event.outcome !== 'permit';
}
