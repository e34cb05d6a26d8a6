// A journal that carries a plan out at once, for acceptance on its own: each copy is appended to the store, what leaves is
// kept for the test to look at. One copy that cannot be stored fails the commit.

import { WorldError } from '#base/world-error.ts';
import type { QueueAction } from '#mail/acceptance/plan.ts';
import { reportFiling } from '#mail/filing/filing-report.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Journal, JournalEntry } from '#mail/ports/journal.ts';
import type { JourneyLog } from '#mail/ports/journey-log.ts';
import type { Log } from '#mail/ports/log.ts';
import type { MailStore } from '#mail/ports/mail-store.ts';

export interface MemoryJournal extends Journal {
  readonly entries: JournalEntry[];
  readonly queued: QueueAction['message'][];
}

export function memoryJournal(
  mailStore: Pick<MailStore, 'append'>,
  clock: Clock,
  journeyLog: JourneyLog,
  log: Log,
): MemoryJournal {
  const entries: JournalEntry[] = [];
  const queued: QueueAction['message'][] = [];
  return {
    entries,
    queued,
    async commit(entry) {
      const begunMs = clock.nowMs();
      const uids: number[] = [];
      for (const action of entry.plan.actions) {
        if (action.kind === 'queue') queued.push(action.message);
        else {
          const { prefix, internalDateMs, systemFlags, keywords } = action;
          const request = {
            content: entry.content,
            prefix,
            internalDateMs,
            systemFlags,
            keywords,
            mode: 'deliver',
          } as const;
          const appended = await mailStore.append(action.account, action.mailbox, [request]);
          if (!appended.ok) throw new WorldError(appended.error.message, { transient: true });
          uids.push(...appended.value.uids);
        }
      }
      entries.push(entry);
      reportFiling(journeyLog, log, { ...entry, begunMs, endedMs: clock.nowMs(), uids });
    },
  };
}
