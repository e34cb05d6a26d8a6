// The segment that is written to: where its octets end, how far they are durable, and who still needs it.

import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalRecord } from './journal-record.ts';
import { encodeRecord } from './journal-record.ts';
import { frameHeader } from './record-frame.ts';
import { formatSegmentName, SEGMENT_TITLE, type SegmentName } from './segment.ts';

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
      throw cause;
    }
    this.writtenBytes += octets.length;
  }

  /** Nothing is written any more. What was not made durable is cut off, so that nobody ever reads it. */
  close(): void {
    if (this.#descriptor === undefined) return;
    try {
      if (this.durableBytes < this.writtenBytes) ftruncateSync(this.#descriptor, this.durableBytes);
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
