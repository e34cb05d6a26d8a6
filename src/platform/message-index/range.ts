// Packs the messages of one range of UIDs into octets and back: the columns one behind the other, in the machine's byte
// order (an index never leaves its machine), and the names of the files, one a line. SQLite notices a broken page, not a
// flipped bit in what it carries: a checksum does.

import { crc32 } from 'node:zlib';
import type { MessageRow, MessageTable } from './message-table.ts';
import { at } from './message-table.ts';

export interface PackedRange {
  readonly number: number;
  /** Empty when no message is left in the range. */
  readonly columns: Buffer;
  readonly files: string;
  readonly checksum: number;
}

export interface IndexedMessage extends MessageRow {
  readonly file: string;
}

const RANGE_UIDS = 1024;
const ROW_BYTES = 4 + 4 + 8 + 8 + 8;

export function rangeOf(uid: number): number {
  return Math.floor(uid / RANGE_UIDS);
}

export function packRange(table: MessageTable, files: ReadonlyMap<number, string>, number: number): PackedRange {
  const start = table.lowerBound(number * RANGE_UIDS);
  const end = table.lowerBound((number + 1) * RANGE_UIDS);
  const columns = Buffer.concat(
    [table.modSeqs, table.sizesBytes, table.internalDatesMs, table.uids, table.flags].map((column) => {
      const part = column.subarray(start, end);
      return Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    }),
  );
  const names: string[] = [];
  for (let i = start; i < end; i++) names.push(files.get(at(table.uids, i)) ?? '');
  const joined = names.join('\n');
  return { number, columns, files: joined, checksum: checksumOf(columns, joined) };
}

/** Throws on what `packRange` did not write: the index is then made anew. */
export function unpackRange(range: PackedRange): IndexedMessage[] {
  const count = range.columns.length / ROW_BYTES;
  const files = range.files.split('\n');
  const isWhole = checksumOf(range.columns, range.files) === range.checksum;
  if (!isWhole || files.length !== count) throw new Error(`range ${range.number} is damaged`);
  // A copy, so that the columns lie on their natural boundaries.
  const octets = Uint8Array.from(range.columns).buffer;
  const modSeqs = new Float64Array(octets, 0, count);
  const sizesBytes = new Float64Array(octets, 8 * count, count);
  const internalDatesMs = new Float64Array(octets, 16 * count, count);
  const uids = new Uint32Array(octets, 24 * count, count);
  const flags = new Uint32Array(octets, 28 * count, count);
  return files.map((file, i) => ({
    uid: at(uids, i),
    flags: at(flags, i),
    modSeq: at(modSeqs, i),
    sizeBytes: at(sizesBytes, i),
    internalDateMs: at(internalDatesMs, i),
    file,
  }));
}

export function checksumOf(...parts: readonly (string | Uint8Array)[]): number {
  return parts.reduce((sum: number, part) => crc32(part, sum), 0);
}
