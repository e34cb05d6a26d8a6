// The world of a simulation: the real one's eyes without its hands. What would be written down is collected instead; nothing
// is promised, counted, or remembered.

import type { DoorWorld } from '#mail/acceptance/acceptance-world.ts';
import { isQueueAction, type Plan } from '#mail/acceptance/plan.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { LogLevel } from '#mail/ports/log.ts';
import { observedRestrictions } from './observed-restrictions.ts';
import type { Transcript } from './transcript.ts';

/** Instead of a queue id: it shows in replies. */
const SIMULATED_ID = 'SIMULATION';

const COMPLAINTS: ReadonlySet<LogLevel> = new Set<LogLevel>(['warn', 'error']);

export function quietWorld(world: DoorWorld, transcript: Transcript, clock: Clock): DoorWorld {
  return {
    ...world,
    clock,
    restrictions: observedRestrictions(world.restrictions, (check) => transcript.check(check)),
    nextQueueId: () => SIMULATED_ID,
    journal: {
      // Nothing is promised; what the queue would say at once is said here.
      commit: async ({ plan }) => {
        if (isHeld(plan)) transcript.event({ kind: 'held', onArrival: true });
      },
    },
    reports: undefined,
    journeyLog: {
      // Nothing was promised.
      record: (_key, event) => event.kind !== 'committed' && transcript.event(event),
    },
    log: {
      write: (level, _area, text) => {
        if (COMPLAINTS.has(level)) transcript.complaint(text);
      },
    },
  };
}

function isHeld({ actions }: Plan): boolean {
  return actions.some((action) => isQueueAction(action) && action.message.held === true);
}
