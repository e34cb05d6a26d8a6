// What an mbox's end is to become, kept beside it while it is written over: the new octets, a checksum of every page of the old
// ones, and where all of it belongs.
//
//   octets  checksums (4 octets each)  facts (JSON)  length of the facts (10 digits)

import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { optional, shape, wholeNumber } from '#base/shape.ts';
import { isMissing } from '#platform/files/errno.ts';
import { readRange, streamRange, writeAll } from '#platform/files/file-ranges.ts';
import { syncPath } from '#platform/files/sync-path.ts';

export type Segment =
  | { readonly kind: 'octets'; readonly octets: Buffer }
  | { readonly kind: 'range'; readonly start: number; readonly end: number };

/** What a kernel writes at once: a page of the mailbox is the old one or the new one. */
const PAGE_BYTES = 4096;

const FACTS = {
  inode: wholeNumber,
  start: wholeNumber,
  oldSize: wholeNumber,
  newSize: wholeNumber,
  /** Of what is cut off when the mailbox shrinks. */
  cutChecksum: optional(wholeNumber),
};
const isFacts = shape(FACTS);
const LENGTH_DIGITS = 10;

export interface RescueFile extends AsyncDisposable {
  readonly inode: number;
  readonly start: number;
  readonly oldSize: number;
  readonly newSize: number;
  readonly cutChecksum: number | undefined;
  newTail(): AsyncIterable<Buffer>;
  readNew(start: number, end: number): Promise<Buffer>;
  /** Of the old page, or part of one, that begins there. */
  oldChecksum(pageStart: number): Promise<number>;
}

export async function writeRescue(
  mailbox: FileHandle,
  path: string,
  start: number,
  segments: readonly Segment[],
): Promise<void> {
  const temporary = `${path}.new`;
  const { size: oldSize, ino: inode } = await mailbox.stat();
  try {
    const file = await open(temporary, 'w', 0o600);
    try {
      const newBytes = await writeSegments(mailbox, file, segments);
      const newSize = start + newBytes;
      const end = await writePageChecksums(mailbox, file, newBytes, start, oldSize);
      const cutChecksum = newSize < oldSize ? await checksumOf(mailbox, newSize, oldSize) : undefined;
      const facts = Buffer.from(JSON.stringify({ inode, start, oldSize, newSize, cutChecksum }));
      const length = Buffer.from(String(facts.length).padStart(LENGTH_DIGITS, '0'));
      await writeAll(file, Buffer.concat([facts, length]), end);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncPath(dirname(path));
  } catch (cause) {
    await unlink(temporary).catch(() => undefined);
    throw cause;
  }
}

/** `undefined` when there is none, or what is there is none. */
export async function openRescue(path: string): Promise<RescueFile | undefined> {
  const file = await openIfThere(path);
  if (file === undefined) return undefined;
  const facts = await readFacts(file);
  if (facts === undefined) {
    await file.close();
    return undefined;
  }
  const { start, newSize } = facts;
  return {
    ...facts,
    newTail: () => streamRange(file, 0, newSize - start),
    readNew: (from, to) => readRange(file, from - start, to - start),
    async oldChecksum(pageStart) {
      const page = Math.floor(pageStart / PAGE_BYTES) - Math.floor(start / PAGE_BYTES);
      const at = newSize - start + page * 4;
      const octets = await readRange(file, at, at + 4);
      return octets.length === 4 ? octets.readUInt32LE(0) : -1;
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
}

export async function checksumOf(file: FileHandle, start: number, end: number): Promise<number> {
  let sum = 0;
  for await (const piece of streamRange(file, start, end)) sum = crc32(piece, sum);
  return sum;
}

async function writeSegments(mailbox: FileHandle, file: FileHandle, segments: readonly Segment[]): Promise<number> {
  let at = 0;
  for (const segment of segments) {
    if (segment.kind === 'octets') at = await writeAll(file, segment.octets, at);
    else
      for await (const piece of streamRange(mailbox, segment.start, segment.end)) at = await writeAll(file, piece, at);
  }
  return at;
}

/** The position behind them. */
async function writePageChecksums(
  mailbox: FileHandle,
  file: FileHandle,
  position: number,
  start: number,
  oldSize: number,
): Promise<number> {
  let at = position;
  let sums: number[] = [];
  const flush = async (): Promise<void> => {
    const octets = Buffer.alloc(sums.length * 4);
    for (const [i, sum] of sums.entries()) octets.writeUInt32LE(sum, i * 4);
    at = await writeAll(file, octets, at);
    sums = [];
  };
  for (let page = start; page < oldSize; page = nextPage(page)) {
    sums.push(crc32(await readRange(mailbox, page, Math.min(oldSize, nextPage(page)))));
    if (sums.length === 16_384) await flush();
  }
  await flush();
  return at;
}

/** The first page may be a part of one. */
export function nextPage(offset: number): number {
  return (Math.floor(offset / PAGE_BYTES) + 1) * PAGE_BYTES;
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}

async function readFacts(file: FileHandle) {
  const { size } = await file.stat();
  const length = Number((await readRange(file, Math.max(0, size - LENGTH_DIGITS), size)).toString('latin1'));
  if (!Number.isSafeInteger(length) || length <= 0 || length > size) return undefined;
  const text = await readRange(file, size - LENGTH_DIGITS - length, size - LENGTH_DIGITS);
  try {
    const facts: unknown = JSON.parse(text.toString('utf8'));
    return isFacts(facts) ? facts : undefined;
  } catch {
    return undefined;
  }
}
