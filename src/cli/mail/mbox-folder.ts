// An mbox as a folder. It is copied when it is opened; when it is left, the file is looked at again under both locks, and each
// message is found in it by what it says: others may have delivered, expunged or marked meanwhile, and lose nothing.

import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { SEEN } from '#mail/mailboxes/flags.ts';
import { errnoOf } from '#platform/files/errno.ts';
import { streamRange } from '#platform/files/file-ranges.ts';
import { finishRewrite } from '#platform/mbox/finish-rewrite.ts';
import { type LockedMailbox, lockMailbox, MAILBOX_LOCK_LIMITS } from '#platform/mbox/lock-mailbox.ts';
import { formatBase, type MailboxBase } from '#platform/mbox/mbox-book.ts';
import { isSameLook, lookAt, type MboxLook, scanMbox } from '#platform/mbox/mbox-index.ts';
import { MboxScanner, type ScannedMessage } from '#platform/mbox/mbox-scanner.ts';
import { MailFailure } from './failure.ts';
import type { StoredMessage } from './listed-message.ts';
import type { LockedFolder, MailFolder, Outcome } from './mail-folder.ts';
import { applyEdits, type Edit } from './mbox-edits.ts';
import { formatHeader, headerEnd, LONGEST_HEADER_BYTES } from './message-header.ts';
import { ScratchFile } from './scratch-file.ts';

interface KnownMessage extends StoredMessage {
  /** Where it stood in the file when that was read. */
  readonly scanned: ScannedMessage;
}

export interface MboxFolderPlaces {
  readonly path: string;
  /** Where a rewrite is made safe against a crash: the first for our own, all for those that were begun. */
  readonly rescuePaths: readonly string[];
}

export class MboxFolder implements MailFolder {
  readonly path: string;
  readonly scratch = new ScratchFile();
  readonly keepsRead = false;
  #isReadOnly = false;
  readonly #rescuePaths: readonly string[];
  readonly #known: KnownMessage[] = [];
  #look: MboxLook | undefined;
  #readUpTo = 0;

  constructor({ path, rescuePaths }: MboxFolderPlaces) {
    this.path = path;
    this.#rescuePaths = rescuePaths;
  }

  get isReadOnly(): boolean {
    return this.#isReadOnly;
  }

  async readNew(): Promise<readonly StoredMessage[]> {
    await using locked = await this.#open();
    const { size } = await locked.file.stat();
    if (size < this.#readUpTo) throw new MailFailure('mail.folder-changed', { path: this.path });
    const found = await this.#copy(locked.file, this.#readUpTo, size);
    this.#readUpTo = size;
    this.#look = await lookAt(locked.file);
    for (const known of found) this.#known.push(known);
    return found;
  }

  async lock(): Promise<LockedFolder> {
    const locked = await this.#lock();
    try {
      const look = await lookAt(locked.file);
      const isSame = this.#look !== undefined && isSameLook(this.#look, look);
      const present = isSame ? this.#known.map(({ scanned }) => scanned) : await this.#scan(locked.file);
      const places = isSame
        ? new Map(this.#known.map((known) => [known, known.scanned]))
        : await this.#match(locked.file, present);
      return {
        hasNewMail: present.length > places.size,
        has: (message) => places.has(message as KnownMessage),
        settle: (outcomes) => this.#settle(locked.file, present, places, outcomes),
        [Symbol.asyncDispose]: () => locked[Symbol.asyncDispose](),
      };
    } catch (cause) {
      await locked[Symbol.asyncDispose]();
      throw cause;
    }
  }

  [Symbol.dispose](): void {
    this.scratch[Symbol.dispose]();
  }

  /** Without a lock where the file may only be read. */
  async #open(): Promise<{ readonly file: FileHandle } & AsyncDisposable> {
    let file: FileHandle | undefined;
    try {
      file = await open(this.path, 'r+');
    } catch (cause) {
      if (!['EACCES', 'EROFS', 'EPERM'].includes(errnoOf(cause) ?? '')) throw cause;
      this.#isReadOnly = true;
      const readable = await open(this.path, 'r');
      return { file: readable, [Symbol.asyncDispose]: () => readable.close() };
    }
    await file.close();
    return await this.#lock();
  }

  async #lock(): Promise<LockedMailbox> {
    const locked = await lockMailbox({
      path: this.path,
      ownerUid: undefined,
      createMode: undefined,
      dotlock: 'where-permitted',
      limits: MAILBOX_LOCK_LIMITS,
    });
    if (!locked.ok) {
      if (locked.error === 'missing') throw new MailFailure('mail.folder-gone', { path: this.path });
      throw new MailFailure('mail.cannot-lock', { reason: locked.error.text });
    }
    for (const rescuePath of this.#rescuePaths) await finishRewrite(locked.value.file, rescuePath);
    return locked.value;
  }

  async #copy(file: FileHandle, start: number, end: number): Promise<KnownMessage[]> {
    const scanner = new MboxScanner(start);
    const shift = this.scratch.size - start;
    const found: ScannedMessage[] = [];
    for await (const piece of streamRange(file, start, end)) {
      this.scratch.append(piece);
      found.push(...scanner.push(piece));
      if (found.length === 0 && scanner.strayBytes > MOST_STRAY_BYTES)
        throw new MailFailure('mail.no-mailbox', { path: this.path });
    }
    found.push(...scanner.end());
    return found.map((scanned) => ({
      scanned,
      start: scanned.offset + shift,
      end: scanned.end + shift,
      wasRead: (scanned.book.systemFlags & SEEN) !== 0,
      wasOld: scanned.book.isOld,
    }));
  }

  async #scan(file: FileHandle): Promise<readonly ScannedMessage[]> {
    const found = await scanMbox(file, 0, (await file.stat()).size);
    if (found === undefined) throw new MailFailure('mail.no-mailbox', { path: this.path });
    return found;
  }

  /** Ours and those in the file that say the same, in their order: equal ones count singly. */
  async #match(file: FileHandle, present: readonly ScannedMessage[]): Promise<Map<KnownMessage, ScannedMessage>> {
    const byDigest = new Map<string, ScannedMessage[]>();
    for (const scanned of present) {
      const digest = await digestOf(shownRanges(scanned), (start, end) => streamRange(file, start, end));
      byDigest.set(digest, [...(byDigest.get(digest) ?? []), scanned]);
    }
    const places = new Map<KnownMessage, ScannedMessage>();
    for (const known of this.#known) {
      const shift = known.start - known.scanned.offset;
      const pieces = (start: number, end: number) => this.scratch.pieces({ start: start + shift, end: end + shift });
      const place = byDigest.get(await digestOf(shownRanges(known.scanned), pieces))?.shift();
      if (place !== undefined) places.set(known, place);
    }
    return places;
  }

  async #settle(
    file: FileHandle,
    present: readonly ScannedMessage[],
    places: ReadonlyMap<KnownMessage, ScannedMessage>,
    outcomes: ReadonlyMap<StoredMessage, Outcome>,
  ): Promise<void> {
    const decided = new Map<ScannedMessage, Outcome>();
    for (const [known, place] of places) {
      const outcome = outcomes.get(known);
      if (outcome !== undefined) decided.set(place, outcome);
    }
    const edits: Edit[] = [];
    const base = present[0]?.book.base;
    let isFirstLeft = true;
    for (const scanned of present) {
      const outcome = decided.get(scanned);
      if (outcome?.kind === 'removed') {
        edits.push({ start: scanned.offset, end: scanned.end, octets: EMPTY });
        continue;
      }
      // What a server notes of the mailbox in its first message goes on to the next one.
      const heir = isFirstLeft && scanned !== present[0] && scanned.book.base === undefined ? base : undefined;
      edits.push(...(await this.#editsOf(file, scanned, outcome, heir)));
      isFirstLeft = false;
    }
    const [rescuePath] = this.#rescuePaths;
    if (rescuePath !== undefined) await applyEdits(file, rescuePath, edits);
  }

  async #editsOf(
    file: FileHandle,
    scanned: ScannedMessage,
    outcome: Outcome | undefined,
    base: MailboxBase | undefined,
  ): Promise<Edit[]> {
    const baseLine = Buffer.from(base === undefined ? '' : `${formatBase(base)}\n`);
    const inserted: Edit[] =
      base === undefined ? [] : [{ start: scanned.contentStart, end: scanned.contentStart, octets: baseLine }];
    if (outcome === undefined || outcome.kind === 'removed') return inserted;
    const status = `${outcome.isRead ? 'R' : ''}${outcome.isOld ? 'O' : ''}`;
    if (outcome.kind === 'rewritten') {
      const octets = this.scratch.read(outcome.range);
      return [{ start: scanned.offset, end: scanned.end, octets: withStatus(octets, status) }];
    }
    const end = Math.min(scanned.end, scanned.contentStart + LONGEST_HEADER_BYTES);
    const { buffer } = await file.read(
      Buffer.alloc(end - scanned.contentStart),
      0,
      end - scanned.contentStart,
      scanned.contentStart,
    );
    return [...inserted, ...statusEdits(buffer.subarray(0, headerEnd(buffer)), scanned.contentStart, status)];
  }
}

const EMPTY = Buffer.alloc(0);
/** Empty lines at the top are no message and no harm. */
const MOST_STRAY_BYTES = 16;

/** The line alone where it has room, as servers pad it: then nothing behind it moves. */
function statusEdits(header: Buffer, start: number, status: string): Edit[] {
  const [field] = [...header.toString('latin1').matchAll(/^status[ \t]*:.*\n/gim)];
  const line = `Status: ${status}`;
  if (
    field !== undefined &&
    field[0].length > line.length &&
    header.toString('latin1').match(/^status[ \t]*:/gim)?.length === 1
  ) {
    const octets = Buffer.from(`${line.padEnd(field[0].length - 1)}\n`);
    return [{ start: start + field.index, end: start + field.index + octets.length, octets }];
  }
  return [{ start, end: start + header.length, octets: formatHeader(header, { filter: undefined, status }) }];
}

function withStatus(message: Buffer, status: string): Buffer {
  const headerStart = message.indexOf('\n') + 1;
  const rest = message.subarray(headerStart);
  const end = headerEnd(rest);
  return Buffer.concat([
    message.subarray(0, headerStart),
    formatHeader(rest.subarray(0, end), { filter: undefined, status }),
    rest.subarray(end),
  ]);
}

/** All of a message but the fields in which mailboxes keep their books: its From_ line, too. */
function shownRanges({ offset, contentEnd, hidden }: ScannedMessage): [start: number, end: number][] {
  const ranges: [number, number][] = [];
  let at = offset;
  for (let i = 0; i < hidden.length; i += 2) {
    ranges.push([at, hidden[i] ?? at]);
    at = hidden[i + 1] ?? at;
  }
  ranges.push([at, contentEnd]);
  return ranges;
}

async function digestOf(
  ranges: readonly [start: number, end: number][],
  pieces: (start: number, end: number) => Iterable<Buffer> | AsyncIterable<Buffer>,
): Promise<string> {
  const hash = createHash('sha256');
  for (const [start, end] of ranges) for await (const piece of pieces(start, end)) hash.update(piece);
  return hash.digest('base64');
}
