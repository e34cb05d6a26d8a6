// Messages on their way into an mbox that is locked and known: new ones, and copies of those that stand in one already.

import type { FileHandle } from 'node:fs/promises';
import { composeContent } from '#mail/acceptance/composed-content.ts';
import type { AppendRequest } from '#mail/ports/mail-store.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import { readRange, streamRange, writeAll } from '#platform/files/file-ranges.ts';
import { missingLineEnds } from './append-to-mbox.ts';
import { formatFromLine } from './from-line.ts';
import { formatBook, type MessageBook, type MessageForm } from './mbox-book.ts';
import { MboxEncoder } from './mbox-encoder.ts';
import type { IndexedMboxMessage } from './mbox-index.ts';

const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;
const LINE_END = Buffer.from('\n');

/** Writes one message's octets behind `position`; resolves with the position behind them. */
export type MessageWriter = (file: FileHandle, position: number, book: MessageBook) => Promise<number>;

export async function writerOf(request: AppendRequest): Promise<{ form: MessageForm; write: MessageWriter }> {
  const content = composeContent(request.prefix, request.content, 0);
  const form = await formOf(content);
  return {
    form,
    async write(file, position, book) {
      const from = formatFromLine('', request.internalDateMs);
      let at = await writeAll(file, Buffer.from(from + formatBook(book)), position);
      const encoder = new MboxEncoder({ keepsLineEnds: form.verbatim });
      for await (const piece of content.stream()) at = await writeAll(file, encoder.encode(piece), at);
      return await writeAll(file, Buffer.concat([encoder.end(), LINE_END]), at);
    },
  };
}

/** Its From_ line and its octets as they stand, its books written anew. */
export function copyWriter(source: FileHandle, message: IndexedMboxMessage): MessageWriter {
  return async (file, position, book) => {
    const from = await readRange(source, message.offset, message.contentStart);
    let at = await writeAll(file, Buffer.concat([from, Buffer.from(formatBook(book))]), position);
    for (const [start, end] of shownRanges(message)) {
      for await (const piece of streamRange(source, start, end)) at = await writeAll(file, piece, at);
    }
    return await writeAll(file, LINE_END, at);
  };
}

/** Between two messages stands an empty line, whoever wrote the first. */
export async function startOfNext(file: FileHandle, size: number): Promise<number> {
  return await writeAll(file, Buffer.from(await missingLineEnds(file, size)), size);
}

/** What is shown of a message, in parts. */
export function shownRanges({ contentStart, contentEnd, hidden }: IndexedMboxMessage): [start: number, end: number][] {
  const ranges: [number, number][] = [];
  let at = contentStart;
  for (let i = 0; i < hidden.length; i += 2) {
    ranges.push([at, hidden[i] ?? at]);
    at = hidden[i + 1] ?? at;
  }
  ranges.push([at, contentEnd]);
  return ranges.filter(([start, end]) => end > start);
}

/** What of a message an mbox would not give back as it was. */
async function formOf(content: MessageContent): Promise<MessageForm> {
  let first: number | undefined;
  let last = LF;
  let beforeLast = LF;
  let verbatim = false;
  for await (const piece of content.stream()) {
    first ??= piece[0];
    for (let at = piece.indexOf(LF); at >= 0 && !verbatim; at = piece.indexOf(LF, at + 1)) {
      const before = at > 0 ? piece[at - 1] : last;
      const secondBefore = at > 1 ? piece[at - 2] : at === 1 ? last : beforeLast;
      verbatim = before !== CR || secondBefore === CR;
    }
    if (piece.length > 1) beforeLast = piece.at(-2) ?? LF;
    else if (piece.length === 1) beforeLast = last;
    last = piece.at(-1) ?? last;
  }
  return { verbatim, open: last !== LF, indented: first === SPACE || first === TAB };
}
