// The segment that is written to: where its octets end, how far they are durable, and who still needs it.
//
// The file is longer than its records: it is one that a former segment needs no more, and grows by zeros, by as much again as
// it holds. A sync of octets inside a file is a write of these; a sync of a file that grew is a commit of the file system's own
// journal, with all that was done to mailboxes since the last one, while everybody who makes a file waits.

import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
  writevSync,
} from 'node:fs';
import { join } from 'node:path';
import type { JournalRecord } from './journal-record.ts';
import { encodeRecord } from './journal-record.ts';
import { frameHeader } from './record-frame.ts';
import { formatSegmentName, SEGMENT_TITLE, type SegmentName } from './segment.ts';
import { type SpareFiles, spareNameOf } from './spare-files.ts';

const MOST_AHEAD_BYTES = 2 * 1024 * 1024;
const ZEROS = Buffer.alloc(MOST_AHEAD_BYTES);
/** What the kernel takes (IOV_MAX). */
const MOST_IN_ONE_WRITE = 1024;

export class OpenSegment {
  readonly sequence: number;
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
  #path: string;
  #descriptor: number | undefined;
  #reader: number | undefined;
  /** The records, and what lies behind them. */
  #fileBytes: number;

  constructor(folder: string, name: SegmentName, spares: SpareFiles) {
    this.sequence = name.sequence;
    this.#salt = name.salt;
    this.#folder = folder;
    this.#path = join(folder, formatSegmentName(name));
    this.#descriptor = spares.reopenAs(this.#path) ?? openSync(this.#path, 'wx', 0o600);
    this.#fileBytes = fstatSync(this.#descriptor).size;
  }

  get path(): string {
    return this.#path;
  }

  get descriptor(): number {
    if (this.#descriptor === undefined) throw new Error('the segment is closed');
    return this.#descriptor;
  }

  get nextGrowthBytes(): number {
    return Math.min(this.writtenBytes, MOST_AHEAD_BYTES);
  }

  /** Title and first record. */
  formatBeginning(former: OpenSegment | undefined): Uint8Array[] {
    const opened: JournalRecord = {
      kind: 'opened',
      ...(former === undefined ? {} : { former: { sequence: former.sequence, endBytes: former.durableBytes } }),
    };
    return [SEGMENT_TITLE, ...this.format(opened)];
  }

  format(record: JournalRecord): Uint8Array[] {
    const { type, pieces } = encodeRecord(record);
    return [frameHeader(type, pieces, this.#salt), ...pieces];
  }

  /** All of it or, after a failure, nothing: what was begun is cut off again. */
  write(pieces: readonly Uint8Array[]): void {
    let written = 0;
    try {
      for (let first = 0; first < pieces.length; first += MOST_IN_ONE_WRITE) {
        written += this.#writeAll(pieces.slice(first, first + MOST_IN_ONE_WRITE), this.writtenBytes + written);
      }
    } catch (cause) {
      ftruncateSync(this.descriptor, this.writtenBytes);
      this.#fileBytes = this.writtenBytes;
      throw cause;
    }
    this.writtenBytes += written;
    if (this.writtenBytes > this.#fileBytes) this.#grow();
  }

  /** Fills the target with octets of a record that is written. Throws what the disk says. */
  read(position: number, target: Buffer): void {
    this.#reader ??= openSync(this.#path, 'r');
    for (let filled = 0; filled < target.length; ) {
      const read = readSync(this.#reader, target, filled, target.length - filled, position + filled);
      if (read === 0) throw new Error(`${this.#path} ends before octet ${position + target.length}`);
      filled += read;
    }
  }

  /** After a short write, as on a disk that is nearly full, the rest says why. */
  #writeAll(pieces: readonly Uint8Array[], position: number): number {
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    let written = writevSync(this.descriptor, pieces, position);
    if (written === length) return length;
    const octets = Buffer.concat(pieces);
    while (written < length) {
      written += writeSync(this.descriptor, octets, written, length - written, position + written);
    }
    return length;
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

  endReading(): void {
    if (this.#reader !== undefined) closeSync(this.#reader);
    this.#reader = undefined;
  }

  /** Its messages are in their mailboxes for good, their large bodies go. */
  remove(): void {
    this.#retire();
    rmSync(this.#path, { force: true });
  }

  /** As `remove`, but its file stays, under a name that is no segment's: the one that is returned. */
  setFree(): string {
    this.#retire();
    const spare = spareNameOf(this.#path);
    renameSync(this.#path, spare);
    this.#path = spare;
    return spare;
  }

  #retire(): void {
    this.close();
    this.endReading();
    for (const file of this.largeMessages) rmSync(join(this.#folder, file), { force: true });
  }
}
