// Parts of an open file, read and written piece by piece.

import type { FileHandle } from 'node:fs/promises';

const PIECE_BYTES = 256 * 1024;

/** Shorter only where the file ends. */
export async function readRange(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const octets = Buffer.allocUnsafe(Math.max(0, end - start));
  let filled = 0;
  while (filled < octets.length) {
    const { bytesRead } = await file.read(octets, filled, octets.length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return octets.subarray(0, filled);
}

/** The pieces of a range; each is the caller's own. */
export async function* streamRange(file: FileHandle, start: number, end: number): AsyncIterable<Buffer> {
  for (let at = start; at < end; ) {
    const piece = await readRange(file, at, Math.min(end, at + PIECE_BYTES));
    if (piece.length === 0)
      throw Object.assign(new Error('a mailbox was cut short while it was read'), { code: 'EIO' });
    at += piece.length;
    yield piece;
  }
}

/** The position behind it; `write` may take less than it was given. */
export async function writeAll(file: FileHandle, octets: Buffer, position: number): Promise<number> {
  for (let done = 0; done < octets.length; ) {
    done += (await file.write(octets, done, octets.length - done, position + done)).bytesWritten;
  }
  return position + octets.length;
}
