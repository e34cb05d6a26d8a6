// The end of a file that grows, read in blocks from behind, and then what is added to it; a file that was moved away
// and begun anew (logrotate) or cut is read on from its new beginning.

import { type FileHandle, open, stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

const BLOCK_OCTETS = 64 * 1024;
const LOOK_EVERY_MS = 250;
/** What of an unfinished line is kept; the log's own lines are far shorter. */
const LONGEST_LINE_OCTETS = 1024 * 1024;
const LF = 0x0a;

/** Where the last `count` lines begin. */
async function findTail(file: FileHandle, sizeBytes: number, count: number): Promise<number> {
  let missing = count;
  let end = sizeBytes;
  const block = Buffer.alloc(BLOCK_OCTETS);
  while (end > 0) {
    const start = Math.max(0, end - BLOCK_OCTETS);
    const { bytesRead } = await file.read(block, 0, end - start, start);
    for (let at = bytesRead - 1; at >= 0; at--) {
      // The LF that ends the last line begins none.
      if (block[at] !== LF || start + at === sizeBytes - 1) continue;
      missing -= 1;
      if (missing === 0) return start + at + 1;
    }
    end = start;
  }
  return 0;
}

/** Whole lines, from `count` before the end on; ends at the end of the file unless it follows. */
export async function* readTail(path: string, count: number, follow: boolean): AsyncGenerator<string> {
  let file = await open(path);
  try {
    const { ino, size } = await file.stat();
    let inode = ino;
    let at = count === 0 ? size : await findTail(file, size, count);
    let held = Buffer.alloc(0);
    let replaced = false;
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(BLOCK_OCTETS), 0, BLOCK_OCTETS, at);
      at += bytesRead;
      held = Buffer.concat([held, buffer.subarray(0, bytesRead)]);
      const end = held.lastIndexOf(LF);
      if (end >= 0) yield* held.subarray(0, end).toString('utf8').split('\n');
      held = held.subarray(end + 1);
      if (held.length > LONGEST_LINE_OCTETS) held = Buffer.alloc(0);
      if (bytesRead > 0) continue;
      if (!follow) return;
      if (replaced) {
        await file.close();
        file = await open(path);
        inode = (await file.stat()).ino;
        at = 0;
        held = Buffer.alloc(0);
        replaced = false;
        continue;
      }
      await wait(LOOK_EVERY_MS);
      const now = await stat(path).catch(() => undefined);
      // What was written to the old file while we waited is read first.
      replaced = now !== undefined && (now.ino !== inode || now.size < at);
    }
  } finally {
    await file.close();
  }
}
