// What will be done with a message, in its journey: one event for each recipient and place.

import type { JourneyLog } from '#mail/ports/journey-log.ts';
import { describeNextHop } from '#mail/routing/transports.ts';
import type { Plan, QueueAction } from './plan.ts';

export function recordPlan(journeyLog: JourneyLog, queueId: string, { actions }: Plan): void {
  for (const action of actions) {
    if (action.kind === 'queue') {
      recordQueued(journeyLog, queueId, action);
      continue;
    }
    const { kind, account, mailbox, recipients } = action;
    for (const recipient of recipients) {
      journeyLog.record(queueId, { kind: 'planned', recipient, action: kind, account, mailbox });
    }
  }
}

/** Who is done by now is told, and planned for no more. */
function recordQueued(journeyLog: JourneyLog, queueId: string, { message }: QueueAction): void {
  for (const { original: recipient, nextHop } of message.recipients) {
    if (nextHop.transport === 'done') continue;
    journeyLog.record(queueId, { kind: 'planned', recipient, action: 'queue', nextHop: describeNextHop(nextHop) });
  }
}
