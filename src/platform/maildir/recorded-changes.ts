// What we do to messages that recovery might file again is recorded before it is done: an expunge, a move, a copy, a
// mailbox deleted. For a message whose segment is settled nothing needs to be said. Each returns when the record is on stable
// storage, and is disposed of when the change is carried out, or given up.

import type { AccountId } from '#mail/ports/account.ts';
import type { JournalRecord, Place } from '#platform/journal/journal-record.ts';
import type { JournalWriter } from '#platform/journal/journal-writer.ts';
import type { MailboxFolder } from './mailbox-folder.ts';
import { baseNameOfFile } from './message-file-name.ts';

/** The account's part of the journal. */
export interface AccountJournal {
  readonly account: AccountId;
  readonly journal: JournalWriter;
}

export async function recordExpunge(
  { account, journal }: AccountJournal,
  folder: MailboxFolder,
  uids: Iterable<number>,
): Promise<Disposable> {
  const baseNames = Array.from(uids, (uid) => baseNameOfFile(folder.files.get(uid) ?? '')).filter((baseName) =>
    journal.mentions(baseName),
  );
  return baseNames.length === 0 ? nothing : record(journal, { kind: 'gone', account, baseNames });
}

export async function recordTransfer(
  { account, journal }: AccountJournal,
  how: 'copy' | 'move',
  steps: readonly { readonly from: string; readonly to: Place }[],
): Promise<Disposable> {
  const mentioned = steps.filter(({ from }) => journal.mentions(from));
  if (mentioned.length === 0) return nothing;
  return record(journal, { kind: how === 'move' ? 'moved' : 'copied', account, steps: mentioned });
}

export async function recordMailboxDeletion(
  { account, journal }: AccountJournal,
  folder: MailboxFolder,
): Promise<Disposable> {
  const isMentioned = [...folder.files.values()].some((file) => journal.mentions(baseNameOfFile(file)));
  if (!isMentioned) return nothing;
  return record(journal, { kind: 'mailbox-deleted', account, mailboxId: folder.mailboxId });
}

const nothing: Disposable = { [Symbol.dispose]: () => undefined };

async function record(journal: JournalWriter, change: JournalRecord): Promise<Disposable> {
  const { durable, finish } = journal.append(change);
  await durable;
  return { [Symbol.dispose]: finish };
}
