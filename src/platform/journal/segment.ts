// A segment: a file of the journal, `0000000042-9f3a2b1c.journal`: its number, and the salt of its checksums.
//
//   segment = "VALIJA JOURNAL 1" LF *record       ; the first record says where the former segment ends
//
// Records are only ever added. What stands behind the last one that is whole was being written when the machine stopped:
// nobody was promised it. A place inside that cannot be read, with whole records behind it, is damage.

import { decodeRecord, type JournalRecord } from './journal-record.ts';
import { FrameSearch, readFrame } from './record-frame.ts';

export interface SegmentName {
  readonly sequence: number;
  readonly salt: number;
}

export interface PlacedRecord {
  readonly record: JournalRecord;
  readonly start: number;
  readonly end: number;
}

export interface DamagedRange {
  readonly start: number;
  readonly end: number;
}

export interface SegmentReading {
  readonly records: readonly PlacedRecord[];
  readonly damage: readonly DamagedRange[];
  /** Behind the last whole record; what follows is a torn tail. */
  readonly endBytes: number;
}

export const SEGMENT_TITLE = Buffer.from('VALIJA JOURNAL 1\n', 'latin1');
const NAME = /^(\d{10})-([0-9a-f]{8})\.journal$/;

export function formatSegmentName({ sequence, salt }: SegmentName): string {
  return `${String(sequence).padStart(10, '0')}-${salt.toString(16).padStart(8, '0')}.journal`;
}

export function parseSegmentName(file: string): SegmentName | undefined {
  const [, sequence, salt] = NAME.exec(file) ?? [];
  if (sequence === undefined || salt === undefined) return undefined;
  return { sequence: Number(sequence), salt: Number.parseInt(salt, 16) };
}

/**
 * Never throws on octets, whatever they are. `promisedBytes`: how far the segment was promised to reach, where the next one
 * says so; what lies behind is not read, and what is missing before is damage.
 */
export function readSegment(octets: Buffer, salt: number, promisedBytes?: number): SegmentReading {
  const limit = promisedBytes === undefined ? octets : octets.subarray(0, promisedBytes);
  const records: PlacedRecord[] = [];
  const damage: DamagedRange[] = [];
  const search = new FrameSearch(limit, salt);
  let at = SEGMENT_TITLE.length;
  if (!limit.subarray(0, at).equals(SEGMENT_TITLE)) {
    // A file that was being begun holds nothing; any other title is not ours to guess about, but what is whole is whole.
    if (limit.length > 0 && search.find(0) !== undefined) damage.push({ start: 0, end: at });
  }
  for (;;) {
    const frame = readFrame(limit, at, salt) ?? search.find(at);
    if (frame === undefined) break;
    if (frame.start > at) damage.push({ start: at, end: frame.start });
    const record = decodeRecord(frame.type, frame.payload);
    if (record === undefined) damage.push({ start: frame.start, end: frame.end });
    else records.push({ record, start: frame.start, end: frame.end });
    at = frame.end;
  }
  const endBytes = Math.min(at, limit.length);
  if (promisedBytes !== undefined && endBytes < promisedBytes) damage.push({ start: endBytes, end: promisedBytes });
  return { records, damage, endBytes };
}
