// What a crash left of a rewrite, brought to an end before anybody looks into the mailbox. Others may have delivered into it
// meanwhile: what stands behind its former end is theirs and is kept. Where it was changed by somebody else in any other way,
// nothing is touched, and the rescue file is set aside for a person. A mailbox that was to grow and was not yet written over is
// left as it was; one that was to shrink is always finished, for the steps below make use of it themselves.

import { type FileHandle, rename, unlink } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { readRange } from '#platform/files/file-ranges.ts';
import { checksumOf, nextPage, openRescue, type RescueFile } from './rescue-file.ts';
import { cut, overwrite, rangeSegment, rewriteTail } from './tail-rewrite.ts';

export type RewriteEnd = 'nothing' | 'undone' | 'finished' | 'set-aside';

/** Under both locks. */
export async function finishRewrite(file: FileHandle, rescuePath: string): Promise<RewriteEnd> {
  await using rescue = await openRescue(rescuePath);
  if (rescue === undefined) return 'nothing';
  const { size, ino } = await file.stat();
  const end = ino === rescue.inode ? await finish(file, rescuePath, rescue, size) : 'set-aside';
  if (end === 'set-aside') await rename(rescuePath, `${rescuePath}.${Date.now()}.set-aside`);
  return end;
}

async function finish(file: FileHandle, rescuePath: string, rescue: RescueFile, size: number): Promise<RewriteEnd> {
  const { start, oldSize, newSize } = rescue;
  const isShrinking = newSize < oldSize;
  if (!isShrinking && size >= oldSize && (await isOld(file, rescue, start, oldSize))) {
    await removeZeros(file, rescuePath, rescue, size);
    return 'undone';
  }
  const isCut = isShrinking && !(await hasUncutEnd(file, rescue, size));
  if (size < newSize || !(await isOldOrNew(file, rescue, isCut))) return 'set-aside';
  if (!isCut) await overwrite(file, rescue);
  const theirs = isShrinking && !isCut ? rangeSegment(oldSize, size) : [];
  // With something to move it has a rescue file of its own, in the place of this one.
  if (theirs.length > 0) await rewriteTail(file, rescuePath, { start: newSize, segments: theirs });
  else {
    if (isShrinking && !isCut) await cut(file, newSize);
    await unlink(rescuePath);
  }
  return 'finished';
}

/** Step 2 was begun, and nothing more. */
async function removeZeros(
  file: FileHandle,
  rescuePath: string,
  { oldSize, newSize }: RescueFile,
  size: number,
): Promise<void> {
  let at = oldSize;
  const limit = Math.min(newSize, size);
  while (at < limit) {
    const piece = await readRange(file, at, Math.min(limit, at + 65_536));
    const other = piece.findIndex((octet) => octet !== 0);
    at += other < 0 ? piece.length : other;
    if (other >= 0 || piece.length === 0) break;
  }
  if (at > oldSize && at < size)
    await rewriteTail(file, rescuePath, { start: oldSize, segments: rangeSegment(at, size) });
  else {
    if (at > oldSize) await cut(file, oldSize);
    await unlink(rescuePath);
  }
}

async function isOld(file: FileHandle, rescue: RescueFile, start: number, end: number): Promise<boolean> {
  for (let page = start; page < end; page = nextPage(page)) {
    const octets = await readRange(file, page, Math.min(end, nextPage(page)));
    if (crc32(octets) !== (await rescue.oldChecksum(page))) return false;
  }
  return true;
}

/** Every page up to the new size; once the mailbox is cut, all of it was synced before. */
async function isOldOrNew(file: FileHandle, rescue: RescueFile, mustBeNew: boolean): Promise<boolean> {
  const { start, oldSize, newSize } = rescue;
  for (let page = start; page < newSize; page = nextPage(page)) {
    const end = Math.min(newSize, nextPage(page));
    const octets = await readRange(file, page, end);
    if (octets.equals(await rescue.readNew(page, end))) continue;
    if (mustBeNew) return false;
    if (page >= oldSize ? octets.every((octet) => octet === 0) : await isOldPage(file, rescue, page)) continue;
    return false;
  }
  return true;
}

/** Behind the former end there may be zeros, or a part of the new page. */
async function isOldPage(file: FileHandle, rescue: RescueFile, page: number): Promise<boolean> {
  const octets = await readRange(file, page, Math.min(rescue.oldSize, nextPage(page)));
  return crc32(octets) === (await rescue.oldChecksum(page));
}

async function hasUncutEnd(
  file: FileHandle,
  { newSize, oldSize, cutChecksum }: RescueFile,
  size: number,
): Promise<boolean> {
  return size >= oldSize && (await checksumOf(file, newSize, oldSize)) === cutChecksum;
}
