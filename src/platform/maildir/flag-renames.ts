// STORE and EXPUNGE: a flag is a letter in the file's name, so that a change is a rename; an expunge is an unlink. Both are
// done in the order of the commands, before the answer. The commit point of an expunge is the unlink; of a message that the
// journal still holds, the record before it.

import { unlinkSync } from 'node:fs';
import { ok, type Result } from '#base/result.ts';
import type { FlagChange, FlagChangeOutcome, StoreRefusal } from '#mail/ports/mail-store.ts';
import { withDotlock } from '#platform/files/dotlock.ts';
import { applyFlags, flagsChange, planFlags } from '#platform/message-index/mailbox-view.ts';
import { at, type FlagStep } from '#platform/message-index/message-table.ts';
import { tooManyKeywords } from '#platform/message-index/refusals.ts';
import { inTurns } from './in-turns.ts';
import type { MailboxFolder } from './mailbox-folder.ts';
import { type AccountJournal, recordExpunge } from './recorded-changes.ts';

export async function changeFlagsIn(
  folder: MailboxFolder,
  uids: Uint32Array,
  change: FlagChange,
  nowMs: number,
): Promise<Result<FlagChangeOutcome, StoreRefusal>> {
  if (change.mode !== 'remove' && !(await folder.learnKeywordsLocked(change.keywords))) return tooManyKeywords();
  const { table } = folder;
  const { steps, modified } = planFlags(table, uids, change);
  const done: FlagStep[] = [];
  await inTurns(steps, (piece) => {
    const present = folder.asOwnChange(() =>
      piece.filter(({ index, before, after }) => before === after || folder.renameTo(at(table.uids, index), after)),
    );
    for (const step of present) done.push(step);
    const event = applyFlags(table, present, nowMs);
    if (event !== undefined) folder.publish(event);
  });
  return ok({ changed: flagsChange(table, done), modified });
}

export async function expungeFrom(
  folder: MailboxFolder,
  uids: Iterable<number>,
  journal: AccountJournal,
): Promise<Uint32Array> {
  using _recorded = await recordExpunge(journal, folder, uids);
  const gone: number[] = [];
  await inTurns([...uids], (piece) => {
    folder.asOwnChange(() => {
      for (const uid of piece) {
        if (folder.table.find(uid) < 0) continue;
        folder.useFile(uid, unlinkSync);
        gone.push(uid);
      }
    });
  });
  const went = folder.removeMessages(gone);
  if (folder.uidlist.isWorthReplacing(folder.table.count)) {
    await withDotlock(folder.lockPath, () =>
      folder.uidlist.hasChanged() ? folder.reconcile() : folder.compactUidlist(),
    );
  }
  return went;
}
