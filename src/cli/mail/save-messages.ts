// Messages added to a file: under its locks, and on stable storage before it is said. Where not all of them find room, the file
// has its former size again.

import type { FileHandle } from 'node:fs/promises';
import { writeAll } from '#platform/files/file-ranges.ts';
import { missingLineEnds } from '#platform/mbox/append-to-mbox.ts';
import { finishRewrite } from '#platform/mbox/finish-rewrite.ts';
import { lockMailbox, MAILBOX_LOCK_LIMITS } from '#platform/mbox/lock-mailbox.ts';
import { rewriteTail } from '#platform/mbox/tail-rewrite.ts';
import { MailFailure } from './failure.ts';
import type { FieldFilter } from './field-filter.ts';
import type { ListedMessage } from './listed-message.ts';
import { formatHeader } from './message-header.ts';
import { rescuePathsOf } from './rescue-places.ts';
import type { ScratchFile } from './scratch-file.ts';
import type { Session } from './session.ts';

export interface SavingForm {
  readonly filter: FieldFilter | undefined;
  /** `body`: without header, and without the empty line behind the message. */
  readonly part: 'message' | 'body';
  readonly place: 'beginning' | 'end';
}

const HELD_BYTES = 1024 * 1024;

export async function saveMessages(
  session: Session,
  messages: readonly ListedMessage[],
  path: string,
  { filter, part, place }: SavingForm,
): Promise<void> {
  const scratch = session.box?.folder.scratch;
  if (scratch === undefined) return;
  await addToFile(session, path, place, part === 'message', () => {
    return gathered(
      flatten(
        messages.map((message) =>
          part === 'body' ? bodyPieces(scratch, message) : messagePieces(scratch, message, filter),
        ),
      ),
    );
  });
}

/** `isMail`: an empty line must stand before the From_ line that comes. */
export async function addToFile(
  session: Session,
  path: string,
  place: SavingForm['place'],
  isMail: boolean,
  pieces: () => Iterable<Buffer> | AsyncIterable<Buffer>,
): Promise<void> {
  const limits = MAILBOX_LOCK_LIMITS;
  const locked = await lockMailbox({
    path,
    ownerUid: undefined,
    createMode: 0o600,
    dotlock: 'where-permitted',
    limits,
  });
  if (!locked.ok) {
    throw new MailFailure('mail.cannot-lock', { reason: locked.error === 'missing' ? path : locked.error.text });
  }
  await using mailbox = locked.value;
  const [rescuePath = ''] = rescuePathsOf(path, false, session.person.home);
  await finishRewrite(mailbox.file, rescuePath);
  const { size } = await mailbox.file.stat();
  const start = await append(mailbox.file, size, isMail, pieces());
  if (place === 'end' || size === 0) return;
  const end = (await mailbox.file.stat()).size;
  const segments = [
    { kind: 'range', start, end },
    { kind: 'range', start: 0, end: start },
  ] as const;
  await rewriteTail(mailbox.file, rescuePath, { start: 0, segments });
}

/** Where the first of them begins. */
async function append(
  file: FileHandle,
  size: number,
  isMail: boolean,
  pieces: Iterable<Buffer> | AsyncIterable<Buffer>,
): Promise<number> {
  try {
    const start = await writeAll(file, Buffer.from(isMail ? await missingLineEnds(file, size) : ''), size);
    let at = start;
    for await (const piece of pieces) at = await writeAll(file, piece, at);
    await file.sync();
    return start;
  } catch (cause) {
    await file.truncate(size);
    throw cause;
  }
}

/** In an mbox's form, its header without what is not to be shown. */
export function* messagePieces(
  scratch: ScratchFile,
  message: ListedMessage,
  filter: FieldFilter | undefined,
): Generator<Buffer> {
  const header = message.headerRange;
  yield scratch.read({ start: message.range.start, end: header.start });
  yield formatHeader(message.header.octets, { filter, status: message.status });
  yield* scratch.pieces({ start: header.end, end: message.range.end });
}

function* bodyPieces(scratch: ScratchFile, message: ListedMessage): Generator<Buffer> {
  const start = message.headerRange.end;
  const end = message.range.end;
  const hasEmptyLine = end - start > 1 && scratch.read({ start: end - 2, end }).equals(Buffer.from('\n\n'));
  yield* scratch.pieces({ start, end: hasEmptyLine ? end - 1 : end });
}

function* flatten(parts: readonly Iterable<Buffer>[]): Generator<Buffer> {
  for (const part of parts) yield* part;
}

/** Small pieces as one: a write each would be slow. */
function* gathered(pieces: Iterable<Buffer>): Generator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for (const piece of pieces) {
    held.push(piece);
    bytes += piece.length;
    if (bytes < HELD_BYTES) continue;
    yield Buffer.concat(held);
    held = [];
    bytes = 0;
  }
  yield Buffer.concat(held);
}
