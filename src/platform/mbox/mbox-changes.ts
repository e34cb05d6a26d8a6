// Messages that are put into an mbox that is locked and known, and messages that are taken out of it.

import type { FileHandle } from 'node:fs/promises';
import { ok, type Result } from '#base/result.ts';
import { SYSTEM_FLAGS } from '#mail/mailboxes/flags.ts';
import type { AppendRequest, StoreRefusal } from '#mail/ports/mail-store.ts';
import { tooManyKeywords } from '#platform/message-index/refusals.ts';
import type { MessageBook } from './mbox-book.ts';
import type { IndexedMboxMessage } from './mbox-index.ts';
import type { MboxMailbox } from './mbox-mailbox.ts';
import { copyWriter, type MessageWriter, startOfNext, writerOf } from './mbox-writing.ts';

/** One message to be put behind the others. */
export interface Newcomer {
  readonly book: Omit<MessageBook, 'uid' | 'base'>;
  readonly write: MessageWriter;
}

export async function newcomerOf(request: AppendRequest): Promise<Newcomer> {
  const { form, write } = await writerOf(request);
  const { systemFlags, keywords } = request;
  return { book: { systemFlags: systemFlags & SYSTEM_FLAGS, keywords, isOld: false, form }, write };
}

export function copyOf(file: FileHandle, { index }: MboxMailbox, message: IndexedMboxMessage): Newcomer {
  const { systemFlags, form, isOld } = message.book;
  const keywords = index.keywordsOf(index.flagBits(message));
  return { book: { systemFlags, keywords, isOld, form }, write: copyWriter(file, message) };
}

/** All or none; their UIDs. */
export async function appendAll(
  mailbox: MboxMailbox,
  file: FileHandle | undefined,
  newcomers: readonly Newcomer[],
): Promise<Result<Uint32Array, StoreRefusal>> {
  const { index } = mailbox;
  const first = index.table.uidNext;
  const names = [...new Set(newcomers.flatMap(({ book }) => book.keywords))];
  if (index.table.keywordBits(names) === undefined) return tooManyKeywords();
  if (newcomers.length === 0 || file === undefined) return ok(new Uint32Array());
  const uidNext = first + newcomers.length;
  const isFirst = index.messages.length === 0;
  await mailbox.append(file, uidNext, async (position) => {
    let at = position;
    for (const [i, { book, write }] of newcomers.entries()) {
      const base = isFirst && i === 0 ? index.base() : undefined;
      at = await write(file, await startOfNext(file, at), { ...book, base, uid: first + i });
    }
    return at;
  });
  return ok(Uint32Array.from(newcomers, (_, i) => first + i));
}

export async function expungeAll(
  mailbox: MboxMailbox,
  file: FileHandle | undefined,
  uids: Uint32Array,
): Promise<Uint32Array> {
  const { table } = mailbox.index;
  const gone = Uint32Array.from(new Set(table.findAll(uids).map((i) => table.row(i).uid))).sort();
  if (file === undefined || gone.length === 0) return gone;
  const set = new Set(gone);
  await mailbox.rewrite(file, ({ uid }) => (set.has(uid) ? 'gone' : undefined));
  return gone;
}
