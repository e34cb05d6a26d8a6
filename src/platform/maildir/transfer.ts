// COPY and MOVE within an account. A copy is a hard link, a move a rename, both under a new base name, for the target may
// have the old one. Of messages that the journal still holds, the transfer is recorded first, and that record is the commit
// point. Then lines, then files, both under the target's lock; for all others the link or the rename is the commit point. A
// message is at every moment in one of the two mailboxes.

import { linkSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ok, type Result } from '#base/result.ts';
import { Pace, type Steps } from '#base/steps.ts';
import { SYSTEM_FLAGS } from '#mail/mailboxes/flags.ts';
import type { CopyOutcome, MailboxName, StoreRefusal } from '#mail/ports/mail-store.ts';
import { withDotlock } from '#platform/files/dotlock.ts';
import { syncPath } from '#platform/files/sync-path.ts';
import type { Place } from '#platform/journal/journal-record.ts';
import { keywordsInUse, translateFlags } from '#platform/message-index/mailbox-view.ts';
import { at } from '#platform/message-index/message-table.ts';
import { tooManyKeywords } from '#platform/message-index/refusals.ts';
import { UIDLIST } from './folder-files.ts';
import { inTurns, takeTurns } from './in-turns.ts';
import type { MailboxFolder, NewMessage } from './mailbox-folder.ts';
import { type BaseNames, baseNameOfFile, sizesOfFileName, withFlags } from './message-file-name.ts';
import { type AccountJournal, recordTransfer } from './recorded-changes.ts';

export interface Transfer {
  readonly source: MailboxFolder;
  readonly target: MailboxFolder;
  /** The target's. */
  readonly name: MailboxName;
  readonly uids: Uint32Array;
  readonly how: 'copy' | 'move';
  readonly names: BaseNames;
  readonly nowMs: number;
  readonly journal: AccountJournal;
}

interface Step extends NewMessage {
  readonly sourceUid: number;
  readonly sourceFile: string;
}

export async function transferMessages(transfer: Transfer): Promise<Result<CopyOutcome, StoreRefusal>> {
  const { source, target, how } = transfer;
  const planned = await withDotlock(target.lockPath, async () => {
    if (target.uidlist.hasChanged()) await target.reconcile();
    return learnKeywords(transfer) ? takeTurns(planSteps(transfer)) : undefined;
  });
  if (planned === undefined) return tooManyKeywords();
  using _recorded = await recordTransfer(transfer.journal, how, placesOf(transfer, planned));
  const done = await withDotlock(target.lockPath, async () => {
    if (target.uidlist.hasChanged()) await target.reconcile();
    const steps = withFreeUids(target, planned);
    target.uidlist.add(steps.map(({ uid, file }) => ({ uid, extensions: '', baseName: baseNameOfFile(file) })));
    return performSteps(transfer, steps);
  });
  try {
    await syncPlaces(target, done);
    if (how === 'move') await syncPath(join(source.path, 'cur'));
  } catch (cause) {
    takeBack(transfer, done);
    throw cause;
  }
  await carryPrepared(transfer, done);
  target.addMessages(done);
  if (how === 'move') source.removeMessages(done.map(({ sourceUid }) => sourceUid));
  return ok({
    uidValidity: target.uidValidity,
    sourceUids: Uint32Array.from(done, ({ sourceUid }) => sourceUid),
    targetUids: Uint32Array.from(done, ({ uid }) => uid),
  });
}

function learnKeywords({ source, target, uids }: Transfer): boolean {
  const flags = source.table.findAll(uids).map((index) => at(source.table.flags, index));
  return target.learnKeywords(keywordsInUse(flags, source.table.keywords));
}

function* planSteps({ source, target, uids, names, nowMs }: Transfer): Steps<Step[]> {
  const pace = new Pace();
  const planned: Step[] = [];
  for (const index of source.table.findAll(new Uint32Array(new Set(uids)))) {
    const row = source.table.row(index);
    const flags = translateFlags(row.flags, source.table.keywords, target.table);
    const sourceFile = source.files.get(row.uid) ?? '';
    const file = `cur/${withFlags(`${names.next(nowMs)}${sizesPart(sourceFile)}`, flags)}`;
    planned.push({ ...row, uid: target.reserveUid(), flags, file, sourceUid: row.uid, sourceFile });
    if (pace.isDue()) yield;
  }
  return planned;
}

/** Another program may have taken the numbers meanwhile. */
function withFreeUids(target: MailboxFolder, steps: readonly Step[]): readonly Step[] {
  if (steps.every(({ uid }) => uid >= target.table.uidNext)) return steps;
  return steps.map((step) => ({ ...step, uid: target.reserveUid() }));
}

function placesOf({ target, name }: Transfer, steps: readonly Step[]): { from: string; to: Place }[] {
  return steps.map(({ uid, file, flags, internalDateMs, sourceFile }) => ({
    from: baseNameOfFile(sourceFile),
    to: {
      mailbox: name,
      mailboxId: target.mailboxId,
      uid,
      baseName: baseNameOfFile(file),
      systemFlags: flags & SYSTEM_FLAGS,
      keywords: keywordsInUse([flags], target.table.keywords),
      internalDateMs,
    },
  }));
}

/** Those that were there. */
async function performSteps(transfer: Transfer, steps: readonly Step[]): Promise<Step[]> {
  const { source, target } = transfer;
  const done: Step[] = [];
  try {
    await inTurns(steps, (piece) => {
      target.asOwnChange(() =>
        source.asOwnChange(() => {
          for (const step of piece) if (performStep(transfer, step)) done.push(step);
        }),
      );
    });
  } catch (cause) {
    takeBack(transfer, done);
    throw cause;
  }
  return done;
}

function performStep({ source, target, how }: Transfer, { file, sourceUid }: Step): boolean {
  const to = join(target.path, file);
  const isDone = source.useFile(sourceUid, (from) => {
    if (how === 'copy') linkSync(from, to);
    else renameSync(from, to);
    return true;
  });
  return isDone ?? false;
}

function takeBack({ source, target, how }: Transfer, done: readonly Step[]): void {
  for (const { file, sourceUid, sourceFile } of done) {
    const path = join(target.path, file);
    if (how === 'copy') rmSync(path, { force: true });
    else renameSync(path, join(source.path, source.files.get(sourceUid) ?? sourceFile));
  }
}

async function carryPrepared({ source, target }: Transfer, done: readonly Step[]): Promise<void> {
  // The index must know the mailbox first.
  if (target.pending.isNew) await takeTurns(target.flush());
  source.pending.carryTo(
    target.pending,
    done.map(({ sourceUid: from, uid: to }) => ({ from, to })),
  );
}

/** The uidlist and every directory that received a file. */
async function syncPlaces(folder: MailboxFolder, messages: readonly NewMessage[]): Promise<void> {
  if (messages.length === 0) return;
  const paths = new Set(messages.map(({ file }) => join(folder.path, dirname(file))));
  await Promise.all([...paths, join(folder.path, UIDLIST)].map(syncPath));
}

function sizesPart(file: string): string {
  const { fileBytes, wireBytes } = sizesOfFileName(file);
  return `${fileBytes === undefined ? '' : `,S=${fileBytes}`}${wireBytes === undefined ? '' : `,W=${wireBytes}`}`;
}
