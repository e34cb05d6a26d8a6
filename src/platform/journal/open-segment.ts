// The segment that is written to: where its octets end, how far they are durable, and who still needs it.
//
// The file is longer than its records: it grows by zeros, by as much again as it holds. A sync of octets inside a file is a
// write of these; a sync of a file that grew is a commit of the file system's own journal, with all that was done to
// mailboxes since the last one, while everybody who makes a file waits.

import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalRecord } from './journal-record.ts';
import { encodeRecord } from './journal-record.ts';
import { frameHeader } from './record-frame.ts';
import { formatSegmentName, SEGMENT_TITLE, type SegmentName } from './segment.ts';

const MOST_AHEAD_BYTES = 2 * 1024 * 1024;
const ZEROS = Buffer.alloc(MOST_AHEAD_BYTES);

export class OpenSegment {
  readonly sequence: number;
  readonly path: string;
  /** Base names that recovery may file because of a record here. */
  readonly baseNames = new Set<string>();
  /** Large messages that records here name; they go with the segment. */
  readonly largeMessages: string[] = [];
  writtenBytes = 0;
  durableBytes = 0;
  /** Records whose effects are not carried out yet. */
  unfinished = 0;
  readonly #salt: number;
  readonly #folder: string;
  #descriptor: number | undefined;
  /** The records, and the zeros behind them. */
  #fileBytes = 0;

  constructor(folder: string, name: SegmentName) {
    this.sequence = name.sequence;
    this.#salt = name.salt;
    this.#folder = folder;
    this.path = join(folder, formatSegmentName(name));
    this.#descriptor = openSync(this.path, 'wx', 0o600);
  }

  get descriptor(): number {
    if (this.#descriptor === undefined) throw new Error('the segment is closed');
    return this.#descriptor;
  }

  get nextGrowthBytes(): number {
    return Math.min(this.writtenBytes, MOST_AHEAD_BYTES);
  }

  /** Title and first record. */
  formatBeginning(former: OpenSegment | undefined): Buffer {
    const opened: JournalRecord = {
      kind: 'opened',
      ...(former === undefined ? {} : { former: { sequence: former.sequence, endBytes: former.durableBytes } }),
    };
    return Buffer.concat([SEGMENT_TITLE, ...this.format(opened)]);
  }

  format(record: JournalRecord): Uint8Array[] {
    const { type, pieces } = encodeRecord(record);
    return [frameHeader(type, pieces, this.#salt), ...pieces];
  }

  /** All of it or, after a failure, nothing: what was begun is cut off again. */
  write(octets: Buffer): void {
    let written = 0;
    try {
      while (written < octets.length) {
        written += writeSync(this.descriptor, octets, written, octets.length - written, this.writtenBytes + written);
      }
    } catch (cause) {
      ftruncateSync(this.descriptor, this.writtenBytes);
      this.#fileBytes = this.writtenBytes;
      throw cause;
    }
    this.writtenBytes += octets.length;
    if (this.writtenBytes > this.#fileBytes) this.#grow();
  }

  #grow(): void {
    this.#fileBytes = this.writtenBytes;
    try {
      this.#fileBytes += writeSync(this.descriptor, ZEROS, 0, this.nextGrowthBytes, this.writtenBytes);
    } catch {
      // A full disk: whether there is room is for the next record to find out.
    }
  }

  /** Nothing is written any more. What was not made durable is cut off, so that nobody ever reads it. */
  close(): void {
    if (this.#descriptor === undefined) return;
    try {
      if (this.durableBytes < this.#fileBytes) ftruncateSync(this.#descriptor, this.durableBytes);
    } finally {
      closeSync(this.#descriptor);
      this.#descriptor = undefined;
    }
  }

  remove(): void {
    this.close();
    rmSync(this.path, { force: true });
    for (const file of this.largeMessages) rmSync(join(this.#folder, file), { force: true });
  }
}
