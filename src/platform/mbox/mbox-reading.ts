// A message of a locked mbox, as it is sent: in one piece, or where it outlives the lock.

import type { FileHandle } from 'node:fs/promises';
import type { ContentStore, MessageContent } from '#mail/ports/message-content.ts';
import { streamRange } from '#platform/files/file-ranges.ts';
import { MboxDecoder } from './mbox-decoder.ts';
import type { IndexedMboxMessage } from './mbox-index.ts';
import { shownRanges } from './mbox-writing.ts';

async function* decode(file: FileHandle, message: IndexedMboxMessage): AsyncIterable<Buffer> {
  const decoder = new MboxDecoder(message.book.form);
  for (const [start, end] of shownRanges(message)) {
    for await (const piece of streamRange(file, start, end)) yield decoder.decode(piece);
  }
  yield decoder.end();
}

export async function readStored(file: FileHandle, message: IndexedMboxMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of decode(file, message)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The caller's to dispose of; it stays readable whatever becomes of the mailbox. */
export async function openStored(
  file: FileHandle,
  message: IndexedMboxMessage,
  contents: ContentStore,
): Promise<MessageContent> {
  await using writer = contents.openWriter();
  for await (const piece of decode(file, message)) await writer.write(piece);
  return await writer.finish();
}
