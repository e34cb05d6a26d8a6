// What is said of a message once its copies lie in their mailboxes: one event and one log line a recipient, and, where
// nothing of it goes on by the queue, that it is done.

import { isFileAction, isQueueAction, type Plan } from '#mail/acceptance/plan.ts';
import type { JourneyLog } from '#mail/ports/journey-log.ts';
import type { Log } from '#mail/ports/log.ts';
import { sentLines } from './delivery-lines.ts';

export interface FiledMessage {
  readonly queueId: string;
  readonly plan: Plan;
  /** MAIL was said. */
  readonly arrivedMs: number;
  /** The journal had it. */
  readonly begunMs: number;
  readonly endedMs: number;
  /** For each action of the plan. */
  readonly uids: readonly number[];
}

const LOG_AREA = 'virtual';

export function reportFiling(journeyLog: JourneyLog, log: Log, filed: FiledMessage): void {
  const { queueId, arrivedMs, endedMs, plan, uids } = filed;
  const delayMs = endedMs - arrivedMs;
  for (const [i, action] of plan.actions.filter(isFileAction).entries()) {
    const { account, mailbox, recipients } = action;
    for (const recipient of recipients) {
      journeyLog.record(queueId, { kind: 'filed', recipient, account, mailbox, uid: uids[i] ?? 0, delayMs });
    }
    for (const line of sentLines(queueId, action, filed)) log.write('info', LOG_AREA, line);
  }
  if (!plan.actions.some(isQueueAction)) log.write('info', 'qmgr', `${queueId}: removed`);
}
