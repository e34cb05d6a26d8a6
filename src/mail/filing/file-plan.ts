// Carries out a plan: each copy goes into its mailbox, and the store says when it is on stable storage. A few copies are
// filed at a time; one that fails holds up none of the others.

import { WorldError } from '#base/world-error.ts';
import { type FileAction, isFileAction } from '#mail/acceptance/plan.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { JournalEntry } from '#mail/ports/journal.ts';
import type { JourneyLog } from '#mail/ports/journey-log.ts';
import type { Log } from '#mail/ports/log.ts';
import type { MailStore } from '#mail/ports/mail-store.ts';
import { deferredLines, sentLines } from './delivery-lines.ts';
import { IncompleteFiling } from './incomplete-filing.ts';

export interface FilingWorld {
  readonly mailStore: Pick<MailStore, 'append'>;
  readonly clock: Clock;
  readonly journeyLog: JourneyLog;
  readonly log: Log;
}

const COPIES_AT_ONCE = 8;
const LOG_AREA = 'virtual';

/** Throws IncompleteFiling when a copy could not be filed; the others are. */
export async function filePlan(world: FilingWorld, entry: JournalEntry): Promise<void> {
  const actions = entry.plan.actions.filter(isFileAction);
  const unfiled = new Set<string>();
  let failure: WorldError | undefined;
  for (let next = 0; next < actions.length; next += COPIES_AT_ONCE) {
    const batch = actions.slice(next, next + COPIES_AT_ONCE);
    const failures = await Promise.all(batch.map((action) => fileCopy(world, entry, action)));
    for (const [i, action] of batch.entries()) {
      const failed = failures[i];
      if (failed === undefined) continue;
      failure ??= failed;
      for (const recipient of action.recipients) unfiled.add(recipient);
    }
  }
  if (failure !== undefined) throw new IncompleteFiling(unfiled, failure);
}

/** The failure, where there was one. */
async function fileCopy(world: FilingWorld, entry: JournalEntry, action: FileAction): Promise<WorldError | undefined> {
  const { clock, journeyLog, log } = world;
  const { queueId, arrivedMs } = entry;
  const begunMs = clock.nowMs();
  try {
    const uid = await appendCopy(world.mailStore, entry, action);
    const times = { arrivedMs, begunMs, endedMs: clock.nowMs() };
    const delayMs = times.endedMs - arrivedMs;
    const { account, mailbox, recipients } = action;
    for (const recipient of recipients) {
      journeyLog.record(queueId, { kind: 'filed', recipient, account, mailbox, uid, delayMs });
    }
    for (const line of sentLines(queueId, action, times)) log.write('info', LOG_AREA, line);
    return undefined;
  } catch (error) {
    if (!(error instanceof WorldError)) throw error;
    const times = { arrivedMs, begunMs, endedMs: clock.nowMs() };
    for (const recipient of action.recipients) {
      journeyLog.record(queueId, { kind: 'filing-failed', recipient, account: action.account, reason: error.message });
    }
    for (const line of deferredLines(queueId, action, times)) log.write('info', LOG_AREA, line);
    log.write('error', LOG_AREA, `${queueId}: ${error.message}`);
    return error;
  }
}

async function appendCopy(
  mailStore: Pick<MailStore, 'append'>,
  { content }: JournalEntry,
  { account, mailbox, prefix, internalDateMs, systemFlags, keywords }: FileAction,
): Promise<number> {
  const request = { content, prefix, internalDateMs, systemFlags, keywords, mode: 'deliver' } as const;
  const appended = await mailStore.append(account, mailbox, [request]);
  if (!appended.ok) {
    // What a person may be refused by APPEND was judged before the plan was made: here it is the store that fails.
    const { code, message } = appended.error;
    throw new WorldError(`append to ${mailbox} of ${account}: ${code}: ${message}`, { transient: true });
  }
  return appended.value.uids[0] ?? 0;
}
