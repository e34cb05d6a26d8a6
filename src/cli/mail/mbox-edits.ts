// Changes of an mbox in several places at once. As long as nothing changes its length the octets are written where they stand;
// from the first that does, the rest of the file is written anew, safe against a crash.

import type { FileHandle } from 'node:fs/promises';
import { writeAll } from '#platform/files/file-ranges.ts';
import type { Segment } from '#platform/mbox/rescue-file.ts';
import { rewriteTail } from '#platform/mbox/tail-rewrite.ts';

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly octets: Buffer;
}

/** `edits` in the file's order, apart from one another; under both locks. */
export async function applyEdits(file: FileHandle, rescuePath: string, edits: readonly Edit[]): Promise<void> {
  const moved = edits.findIndex(({ start, end, octets }) => octets.length !== end - start);
  const inPlace = moved < 0 ? edits : edits.slice(0, moved);
  for (const { start, octets } of inPlace) await writeAll(file, octets, start);
  const first = edits[moved];
  if (first === undefined) {
    if (edits.length > 0) await file.sync();
    return;
  }
  const { size } = await file.stat();
  const segments: Segment[] = [];
  let at = first.start;
  for (const { start, end, octets } of edits.slice(moved)) {
    if (start > at) segments.push({ kind: 'range', start: at, end: start });
    if (octets.length > 0) segments.push({ kind: 'octets', octets });
    at = end;
  }
  if (size > at) segments.push({ kind: 'range', start: at, end: size });
  await rewriteTail(file, rescuePath, { start: first.start, segments });
}
