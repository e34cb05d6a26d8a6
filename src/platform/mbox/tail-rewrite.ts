// Changes an mbox from some offset to its end, in its place: a file in the mail spool cannot be replaced by another, and others
// wait for the lock of this one. What a crash leaves is finished or undone by whoever locks the mailbox next:
//
//   1  the new end, whole, in a file of its own beside (`rescue-file.ts`), synced, then named: nothing is changed yet
//   2  a mailbox that grows is filled up with zeros to its new size: a full disk is noticed here, and the zeros cut off
//   3  the new end is written over the old one, and synced
//   4  a mailbox that shrinks is cut to its new size, and synced
//   5  the rescue file is removed
//
// All of it under both locks. `finish-rewrite.ts` tells from the octets in which state a mailbox is.

import { type FileHandle, unlink } from 'node:fs/promises';
import { writeAll } from '#platform/files/file-ranges.ts';
import { openRescue, type RescueFile, type Segment, writeRescue } from './rescue-file.ts';

export interface TailRewrite {
  readonly start: number;
  /** What stands there afterwards; ranges are of the file as it is. */
  readonly segments: readonly Segment[];
}

const ZEROS = Buffer.alloc(64 * 1024);

/** On stable storage when it resolves. When it throws, the mailbox is as it was, or the rescue file is there. */
export async function rewriteTail(file: FileHandle, rescuePath: string, rewrite: TailRewrite): Promise<void> {
  const { start, segments } = rewrite;
  if (segments.length === 0) {
    await cut(file, start);
    return;
  }
  await writeRescue(file, rescuePath, start, segments);
  await using rescue = await openRescue(rescuePath);
  if (rescue === undefined) throw new Error(`${rescuePath} cannot be read back`);
  const { oldSize, newSize } = rescue;
  if (newSize > oldSize) await fillUp(file, oldSize, newSize, rescuePath);
  await overwrite(file, rescue);
  if (newSize < oldSize) await cut(file, newSize);
  await unlink(rescuePath);
}

/** Step 3. */
export async function overwrite(file: FileHandle, rescue: RescueFile): Promise<void> {
  let at = rescue.start;
  for await (const piece of rescue.newTail()) at = await writeAll(file, piece, at);
  await file.sync();
}

export async function cut(file: FileHandle, size: number): Promise<void> {
  await file.truncate(size);
  await file.sync();
}

async function fillUp(file: FileHandle, from: number, to: number, rescuePath: string): Promise<void> {
  try {
    for (let at = from; at < to; ) at = await writeAll(file, ZEROS.subarray(0, to - at), at);
  } catch (cause) {
    await file.truncate(from);
    await unlink(rescuePath);
    throw cause;
  }
}

/** A part of the file moves to the front, over what stands between. */
export function rangeSegment(start: number, end: number): readonly Segment[] {
  return end > start ? [{ kind: 'range', start, end }] : [];
}
