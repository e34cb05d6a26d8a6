// Group commit without timers. Records that come while a sync runs wait in memory; when it ends they are written with one
// write, and the next sync covers them all. A record is promised when the sync that began after its write has returned:
// that is the commit point of everything (`docs/journal.md`).
//
//   waiting -> written -> durable -> (its effects are carried out) finished -> settled, with its segment
//
// A failed write or sync fails every record it was for; a segment whose sync failed is closed where its last durable
// record ends, and the next one says so in its first record.

import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { WorldError } from '#base/world-error.ts';
import type { Log } from '#mail/ports/log.ts';
import { syncDirectoryNow } from '#platform/files/atomic-write.ts';
import { syncPath } from '#platform/files/sync-path.ts';
import { listSegments } from './journal-folder.ts';
import { baseNamesOf, bodyBeforeEnd, type JournalRecord } from './journal-record.ts';
import { OpenSegment } from './open-segment.ts';
import { SpareFiles } from './spare-files.ts';
import type { Syncer } from './syncer.ts';

export interface JournalLimits {
  /** A segment that has reached it is closed with the next write. */
  readonly segmentBytes: number;
  /** Of the disk, kept in files that are to be written over: four full segments, for a burst of mail. */
  readonly spareBytes?: number;
}

const JOURNAL_LIMITS = { segmentBytes: 64 * 1024 * 1024, spareBytes: 256 * 1024 * 1024 } as const;

/** One record's way. */
export interface Commitment {
  /** Resolves when the record is promised. Rejects with WorldError: then it is not, and its effects must not be. */
  readonly durable: Promise<void>;
  /** Its effects are carried out, or never will be: nobody needs the record once the disk has them. */
  finish(): void;
  /**
   * The octets of a body of the record, once that is promised and before it is finished; valid until the next question. Throws what
   * the disk says.
   */
  readBody(number: number): Buffer;
}

interface Waiting {
  readonly record: JournalRecord;
  readonly resolve: () => void;
  readonly reject: (cause: WorldError) => void;
  segment: OpenSegment | undefined;
  /** Where its record ends there. */
  endBytes: number;
}

export class JournalWriter {
  readonly folder: string;
  readonly #syncer: Syncer;
  readonly #log: Log;
  readonly #limits: JournalLimits;
  readonly #directory: number;
  readonly #spares: SpareFiles;
  /** Closed ones, oldest first. */
  readonly #closed: OpenSegment[] = [];
  #current: OpenSegment | undefined;
  #lastSequence: number;
  #lastClosed: OpenSegment | undefined;
  #formerBaseNames: ReadonlySet<string> = new Set();
  #waiting: Waiting[] = [];
  /** The one that was read last. */
  #body = Buffer.alloc(0);
  #state: 'idle' | 'scheduled' | 'syncing' = 'idle';
  #rotates = false;
  #idle: (() => void)[] = [];

  /** Begins behind the segments that are there: recover them first. */
  constructor(folder: string, syncer: Syncer, log: Log, limits: JournalLimits = JOURNAL_LIMITS) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Of a first start: the segments would be there after a power cut, and no way to them.
    syncDirectoryNow(dirname(folder));
    this.folder = folder;
    this.#syncer = syncer;
    this.#log = log;
    this.#limits = limits;
    this.#lastSequence = listSegments(folder).at(-1)?.sequence ?? 0;
    this.#directory = openSync(folder, 'r');
    this.#spares = new SpareFiles(folder, limits.spareBytes ?? JOURNAL_LIMITS.spareBytes);
  }

  append(record: JournalRecord): Commitment {
    const { promise: durable, resolve, reject } = Promise.withResolvers<void>();
    const waiting: Waiting = { record, resolve, reject, segment: undefined, endBytes: 0 };
    this.#waiting.push(waiting);
    if (this.#state === 'idle') {
      this.#state = 'scheduled';
      // Whatever came with it goes with it; filing, which has its own turns of the loop, comes behind it.
      process.nextTick(() => void this.#flush());
    }
    let isFinished = false;
    const finish = (): void => {
      if (isFinished || waiting.segment === undefined) return;
      isFinished = true;
      waiting.segment.unfinished--;
    };
    return { durable, finish, readBody: (number) => this.#readBody(waiting, number) };
  }

  /** May recovery file a message of this name? Then its expunge or move is recorded before it is done. */
  mentions(baseName: string): boolean {
    return this.#formerBaseNames.has(baseName) || this.#segments().some(({ baseNames }) => baseNames.has(baseName));
  }

  /** Names that the segments of a former run promise, until these are gone: before them, none of ours may go. */
  keepFormer(baseNames: ReadonlySet<string>): void {
    this.#formerBaseNames = baseNames;
  }

  /** Is somebody waiting for a sync? */
  get isBusy(): boolean {
    return this.#state !== 'idle';
  }

  /** Octets that are in the journal and may be in the mailboxes not yet, and what its file may grow by at once. */
  get unsettledBytes(): number {
    const written = this.#segments().reduce((sum, { writtenBytes }) => sum + writtenBytes, 0);
    return written + (this.#current?.nextGrowthBytes ?? 0);
  }

  /** What is written from now on goes to another segment; those before may be settled when their effects are done. */
  rotate(): void {
    if (this.#state === 'idle') this.#closeCurrent();
    else this.#rotates = true;
  }

  /** Closed segments, oldest first, up to the first that somebody still needs. */
  finishedSegments(): OpenSegment[] {
    const firstNeeded = this.#closed.findIndex(({ unfinished }) => unfinished > 0);
    return firstNeeded < 0 ? [...this.#closed] : this.#closed.slice(0, firstNeeded);
  }

  /**
   * Its effects are on stable storage. One at a time, oldest first: were a later one gone and this one back after a power
   * cut, what the later one says of messages expunged would be missing.
   */
  async settle(segment: OpenSegment): Promise<void> {
    const bytes = segment.durableBytes;
    // Of one whose sync failed, the disk may be ill just there.
    const isSound = segment.writtenBytes === bytes;
    const spare = isSound && this.#spares.hasPlaceFor(bytes) ? segment.setFree() : undefined;
    if (spare === undefined) segment.remove();
    await syncPath(this.folder);
    // Only now nothing can bring its messages back.
    this.#closed.splice(this.#closed.indexOf(segment), 1);
    if (spare !== undefined) this.#spares.add(spare, bytes);
  }

  /** What the journal keeps of the disk for its own ease. */
  giveBackSpares(): void {
    this.#spares.remove();
  }

  /** Waits for what was appended. The segments stay: the next start finds everything in place and removes them. */
  async close(): Promise<void> {
    if (this.#state !== 'idle') await new Promise<void>((resolve) => this.#idle.push(resolve));
    this.#closeCurrent();
    for (const segment of this.#closed) segment.endReading();
    this.#spares.remove();
    closeSync(this.#directory);
  }

  #readBody({ record, segment, endBytes }: Waiting, number: number): Buffer {
    const body = record.kind === 'message' ? record.bodies[number] : undefined;
    if (segment === undefined || record.kind !== 'message' || body?.kind !== 'octets') {
      throw new Error('a body was asked for that stands in no record');
    }
    const { length } = body.octets;
    if (this.#body.length < length) this.#body = Buffer.allocUnsafeSlow(length);
    const octets = this.#body.subarray(0, length);
    segment.read(endBytes - bodyBeforeEnd(record, number), octets);
    return octets;
  }

  #segments(): OpenSegment[] {
    return this.#current === undefined ? this.#closed : [...this.#closed, this.#current];
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      this.#state = 'syncing';
      try {
        await this.#commit(batch);
        for (const { resolve } of batch) resolve();
      } catch (cause) {
        const failure = new WorldError('writing to the journal', { transient: true, cause });
        this.#log.write('error', 'journal', `${failure.message}; ${batch.length} transactions were told so`);
        for (const { segment, reject } of batch) {
          if (segment !== undefined) segment.unfinished--;
          reject(failure);
        }
      }
    }
    this.#state = 'idle';
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    const wantsNext = this.#rotates || (this.#current?.writtenBytes ?? 0) >= this.#limits.segmentBytes;
    if (wantsNext) this.#closeCurrent();
    const isNew = this.#current === undefined;
    const segment = this.#current ?? this.#openNext();
    this.#current = segment;
    try {
      const beginning = segment.writtenBytes === 0 ? segment.formatBeginning(this.#lastClosed) : [];
      segment.write([...beginning, ...formatBatch(segment, batch, segment.writtenBytes + lengthOf(beginning))]);
    } catch (cause) {
      if (isNew) this.#closeCurrent();
      throw cause;
    }
    for (const waiting of batch) {
      waiting.segment = segment;
      segment.unfinished++;
      for (const baseName of baseNamesOf(waiting.record)) segment.baseNames.add(baseName);
      if (waiting.record.kind !== 'message') continue;
      for (const body of waiting.record.bodies) if (body.kind === 'file') segment.largeMessages.push(body.file);
    }
    try {
      await this.#syncer.sync(isNew ? [segment.descriptor, this.#directory] : [segment.descriptor]);
    } catch (cause) {
      // What the disk holds of it now is anybody's guess: nothing more goes there.
      this.#closeCurrent();
      throw cause;
    }
    segment.durableBytes = segment.writtenBytes;
  }

  #openNext(): OpenSegment {
    const salt = randomBytes(4).readUInt32LE();
    return new OpenSegment(this.folder, { sequence: ++this.#lastSequence, salt }, this.#spares);
  }

  #closeCurrent(): void {
    this.#rotates = false;
    const segment = this.#current;
    if (segment === undefined) return;
    this.#current = undefined;
    this.#closed.push(segment);
    this.#lastClosed = segment;
    try {
      segment.close();
    } catch (cause) {
      this.#log.write('error', 'journal', `${segment.path} could not be cut at its end: ${String(cause)}`);
    }
  }
}

/** And notes where each record will end. */
function formatBatch(segment: OpenSegment, batch: readonly Waiting[], startBytes: number): Uint8Array[] {
  let at = startBytes;
  return batch.flatMap((waiting) => {
    const pieces = segment.format(waiting.record);
    at += lengthOf(pieces);
    waiting.endBytes = at;
    return pieces;
  });
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}
