// One mbox of a user, with its locks: every look at it and every change happens within `use`, which brings the index up to date
// first. New messages get their UIDs written into their headers before anybody hears of them, so that they keep them.

import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { WorldError } from '#base/world-error.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { MailboxChange } from '#mail/ports/mail-store.ts';
import { readRange, writeAll } from '#platform/files/file-ranges.ts';
import { finishRewrite } from './finish-rewrite.ts';
import { type LockedMailbox, lockMailbox, MAILBOX_LOCK_LIMITS } from './lock-mailbox.ts';
import { formatBase, formatBook, type MessageBook, MOST_UID } from './mbox-book.ts';
import {
  type IndexedMboxMessage,
  isSameLook,
  lookAt,
  MboxIndex,
  type MboxNumbers,
  NO_LOOK,
  scanMbox,
} from './mbox-index.ts';
import { numberMessages } from './mbox-numbering.ts';
import type { ScannedMessage } from './mbox-scanner.ts';
import type { Segment } from './rescue-file.ts';
import { rewriteTail } from './tail-rewrite.ts';

export interface MboxMailboxOptions {
  path(): string;
  readonly rescuePath: string;
  readonly clock: Clock;
  /** In order, as they happen. */
  changed(change: MailboxChange): void;
  /** For the log. */
  setAside(rescuePath: string): void;
}

/** A message whose book is to be written; `undefined` leaves it as it is, `gone` takes the message out. */
export type BookChange = MessageBook | 'gone' | undefined;

const MARK_BYTES = 4_096;

export class MboxMailbox {
  readonly index: MboxIndex;
  readonly #options: MboxMailboxOptions;
  #marks = '';

  constructor(numbers: MboxNumbers, options: MboxMailboxOptions) {
    this.index = new MboxIndex(numbers);
    this.#options = options;
  }

  /**
   * `work` has the file, locked and known; without a file it gets `undefined`, unless it is to be made. Throws WorldError.
   */
  async use<T>(work: (file: FileHandle | undefined) => Promise<T>, mayCreate = false): Promise<T> {
    try {
      await using locked = await this.#lock(mayCreate);
      if (locked !== undefined) await this.#sync(locked.file);
      else this.#adopt([], true);
      return await work(locked?.file);
    } catch (cause) {
      // Whatever was begun: the next one looks at all of the file.
      this.index.look = NO_LOOK;
      this.#marks = '';
      if (cause instanceof WorldError || !(cause instanceof Error) || !('code' in cause)) throw cause;
      throw new WorldError(`mailbox ${this.#options.path()}`, { transient: true, cause });
    }
  }

  /** Writes books and takes messages out, as `decide` says of each; the index follows. */
  async rewrite(file: FileHandle, decide: (message: IndexedMboxMessage) => BookChange): Promise<void> {
    const plan = this.index.messages.map((message, i) => {
      const change = decide(message);
      return { message, change: change ?? (i === 0 && this.#lacksKeywords() ? message.book : undefined) };
    });
    const moved = plan.findIndex(({ message, change }) => change !== undefined && !this.#fitsInPlace(message, change));
    const inPlace = moved < 0 ? plan : plan.slice(0, moved);
    const known: IndexedMboxMessage[] = [];
    for (const { message, change } of inPlace) {
      const book = change === undefined || change === 'gone' ? undefined : this.#bookOf(change, message);
      if (book !== undefined)
        await writeAll(file, Buffer.from(formatBook(book, roomOf(message))), message.contentStart);
      known.push(book === undefined ? message : { ...message, book });
    }
    if (moved >= 0) await this.#rewriteFrom(file, moved, plan);
    else await file.sync();
    await this.#rescan(file, known);
  }

  /** Octets put behind the last message; UIDs up to `uidNext` are the mailbox's from here on, whatever happens. */
  async append(file: FileHandle, uidNext: number, write: (position: number) => Promise<number>): Promise<void> {
    const size = Number(this.index.look.size);
    const [first] = this.index.messages;
    this.index.table.uidNext = Math.max(this.index.table.uidNext, uidNext);
    if (first !== undefined) await this.#writeBase(file, first);
    try {
      await write(size);
      await file.sync();
    } catch (cause) {
      await file.truncate(size);
      throw cause;
    }
    await this.#rescan(file, this.index.messages);
    if (this.#lacksKeywords()) await this.rewrite(file, () => undefined);
  }

  /** The first message names them for all. */
  #lacksKeywords(): boolean {
    const { messages, table } = this.index;
    const named = messages[0]?.book.base?.keywords ?? table.keywords;
    return table.keywords.some((keyword) => !named.includes(keyword));
  }

  async #lock(mayCreate: boolean): Promise<LockedMailbox | undefined> {
    const path = this.#options.path();
    const locked = await lockMailbox({
      path,
      ownerUid: undefined,
      createMode: mayCreate ? 0o600 : undefined,
      dotlock: 'where-permitted',
      limits: MAILBOX_LOCK_LIMITS,
    });
    if (locked.ok) return locked.value;
    if (locked.error === 'missing') return undefined;
    throw new WorldError(locked.error.text, { transient: true });
  }

  async #sync(file: FileHandle): Promise<void> {
    const { rescuePath } = this.#options;
    if ((await finishRewrite(file, rescuePath)) === 'set-aside') this.#options.setAside(rescuePath);
    const look = await lookAt(file);
    if (isSameLook(this.index.look, look)) return;
    const onlyGrew =
      look.inode === this.index.look.inode && look.size > this.index.look.size && (await this.#isMarked(file));
    await this.#rescan(file, onlyGrew ? this.index.messages : []);
  }

  /** `known` stands at the top of the file, and is not looked at again. */
  async #rescan(file: FileHandle, known: readonly ScannedMessage[]): Promise<void> {
    const found = await this.#scan(file, known.at(-1)?.end ?? 0);
    await this.#take(file, [...known, ...found]);
    this.index.look = await lookAt(file);
    this.#marks = await this.#readMarks(file);
  }

  async #scan(file: FileHandle, from: number): Promise<ScannedMessage[]> {
    const found = await scanMbox(file, from, (await file.stat()).size);
    if (found === undefined) throw new WorldError(`${this.#options.path()} is no mbox`, { transient: true });
    return found;
  }

  /** The beginnings of the first and the last message are as they were: nobody moved or marked what we know. */
  async #isMarked(file: FileHandle): Promise<boolean> {
    return this.#marks !== '' && this.#marks === (await this.#readMarks(file));
  }

  async #readMarks(file: FileHandle): Promise<string> {
    const [first, last] = [this.index.messages[0], this.index.messages.at(-1)];
    if (first === undefined || last === undefined) return '';
    const sums = [first, last].map(async ({ offset, end }) =>
      crc32(await readRange(file, offset, Math.min(end, offset + MARK_BYTES))),
    );
    return (await Promise.all(sums)).join(' ');
  }

  async #take(file: FileHandle, scanned: readonly ScannedMessage[]): Promise<void> {
    const { index } = this;
    const base = scanned[0]?.book.base;
    if (base !== undefined && base.uidValidity !== index.uidValidity) this.#reset(base.uidValidity);
    let lastUid = Math.max(index.table.uidNext - 1, base?.lastUid ?? 0);
    if (lastUid + scanned.length > MOST_UID) {
      // Somebody wrote the last of all numbers into it: they begin anew.
      this.#reset(this.#otherUidValidity());
      lastUid = 0;
    }
    const { messages, uidNext, unwrittenFrom } = numberMessages(scanned, lastUid);
    index.table.uidNext = Math.max(index.table.uidNext, uidNext);
    const lacksBase = messages.length > 0 && base === undefined;
    if (unwrittenFrom === undefined && !lacksBase) return this.#adopt(messages, false);
    const plan = messages.map((message, i) => {
      const isUnwritten = (unwrittenFrom !== undefined && i >= unwrittenFrom) || (lacksBase && i === 0);
      return { message, change: isUnwritten ? { ...message.book, uid: message.uid } : undefined };
    });
    const first = lacksBase ? 0 : (unwrittenFrom ?? 0);
    await this.#rewriteFrom(file, first, plan);
    const written = await this.#scan(file, messages[first]?.offset ?? 0);
    this.#adopt(numberMessages([...messages.slice(0, first), ...written], index.table.uidNext - 1).messages, false);
  }

  async #rewriteFrom(
    file: FileHandle,
    first: number,
    plan: readonly { readonly message: IndexedMboxMessage; readonly change: BookChange }[],
  ): Promise<void> {
    const start = plan[first]?.message.offset ?? 0;
    const segments: Segment[] = [];
    let isFirstLeft = plan.slice(0, first).every(({ change }) => change === 'gone');
    for (const { message, change } of plan.slice(first)) {
      if (change === 'gone') continue;
      // The first message left takes over what the mailbox notes in it.
      const isBearer = isFirstLeft && message.book.base === undefined;
      const book = change ?? (isBearer ? message.book : undefined);
      if (book === undefined) put(segments, message.offset, message.end);
      else
        this.#putWithBook(
          segments,
          message,
          isFirstLeft ? { ...book, base: this.index.base() } : { ...book, base: undefined },
        );
      isFirstLeft = false;
    }
    await rewriteTail(file, this.#options.rescuePath, { start, segments });
  }

  #putWithBook(segments: Segment[], message: IndexedMboxMessage, book: MessageBook): void {
    put(segments, message.offset, message.contentStart);
    segments.push({ kind: 'octets', octets: Buffer.from(formatBook({ ...book, uid: message.uid })) });
    let at = message.contentStart;
    for (let i = 0; i < message.hidden.length; i += 2) {
      put(segments, at, message.hidden[i] ?? at);
      at = message.hidden[i + 1] ?? at;
    }
    put(segments, at, message.end);
  }

  #fitsInPlace(message: IndexedMboxMessage, change: MessageBook | 'gone'): boolean {
    if (change === 'gone') return false;
    const room = roomOf(message);
    return room > 0 && Buffer.byteLength(formatBook(this.#bookOf(change, message), room)) === room;
  }

  #bookOf(book: MessageBook, message: IndexedMboxMessage): MessageBook {
    return { ...book, uid: message.uid, base: message.book.base === undefined ? undefined : this.index.base() };
  }

  async #writeBase(file: FileHandle, first: IndexedMboxMessage): Promise<void> {
    const line = Buffer.from(formatBase(this.index.base()));
    const there = await readRange(file, first.contentStart, first.contentStart + line.length);
    if (there.length === line.length && /^X-IMAPbase: \d{10} \d{10}$/.test(there.toString('latin1'))) {
      await writeAll(file, line, first.contentStart);
    }
  }

  #adopt(messages: readonly IndexedMboxMessage[], isMissing: boolean): void {
    for (const change of this.index.adopt(messages, this.#options.clock.nowMs())) this.#options.changed(change);
    if (isMissing) this.index.look = NO_LOOK;
  }

  #otherUidValidity(): number {
    const seconds = Math.floor(this.#options.clock.nowMs() / 1000);
    return seconds === this.index.uidValidity ? seconds + 1 : seconds;
  }

  #reset(uidValidity: number): void {
    const { index } = this;
    index.uidValidity = uidValidity;
    index.firstRecentUid = 1;
    const table = index.table.emptyCopy();
    table.uidNext = 1;
    const hadMessages = index.table.count > 0;
    index.table = table;
    index.messages = [];
    index.prepared.clear();
    if (hadMessages) this.#options.changed({ kind: 'reset' });
  }
}

/** What a book of ours has at the top of the header; 0 where it is elsewhere, or not all of it. */
function roomOf({ contentStart, hidden }: IndexedMboxMessage): number {
  const [start, end, more] = hidden;
  return start === contentStart && end !== undefined && more === undefined ? end - start : 0;
}

function put(segments: Segment[], start: number, end: number): void {
  const last = segments.at(-1);
  if (end <= start) return;
  if (last?.kind === 'range' && last.end === start) segments[segments.length - 1] = { ...last, end };
  else segments.push({ kind: 'range', start, end });
}
