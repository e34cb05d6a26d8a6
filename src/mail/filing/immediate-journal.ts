// A journal that keeps nothing: committing carries the plan out at once, and the store's own fsync is the promise.

import type { Clock } from '#mail/ports/clock.ts';
import type { Journal } from '#mail/ports/journal.ts';
import type { JourneyLog } from '#mail/ports/journey-log.ts';
import type { Log } from '#mail/ports/log.ts';
import type { MailStore } from '#mail/ports/mail-store.ts';
import { filePlan } from './file-plan.ts';

/** `commit` throws IncompleteFiling when a copy could not be filed: over SMTP all is deferred then. */
export function createImmediateJournal(
  mailStore: Pick<MailStore, 'append'>,
  clock: Clock,
  journeyLog: JourneyLog,
  log: Log,
): Journal {
  return {
    async commit(entry) {
      await filePlan({ mailStore, clock, journeyLog, log }, entry);
      log.write('info', 'qmgr', `${entry.queueId}: removed`);
    },
  };
}
