// Which account is filed next, and when: oldest first, in slices between which other messages are promised. While message
// follows message, an account's gather for a while. Whoever cannot be filed now holds up nobody else.

import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { AccountMail } from './account-mail.ts';

/** `locked`: another program holds the mailbox's lock. */
export type SliceEnd = 'over' | 'more' | 'locked';

export interface FilingTurnsOptions {
  /** A slice of what was promised to the account, whose turn it is; tells of what fails itself. */
  fileSlice(mail: AccountMail): Promise<SliceEnd>;
  /** Messages are on their way into the journal. */
  isBusy(): boolean;
  /** What waits to be filed is so much that nobody's gather. */
  isMuch(): boolean;
}

/**
 * While message follows message, an account's gather for so long, and are filed together, under one lock. Whoever looks
 * does not wait, nor does a message that comes alone.
 */
const LINGER_MS = 3000;
/** The same where somebody had read when the first came, and may wait to be told of it. */
const READ_LINGER_MS = 1000;
/**
 * Promises that are closer to each other, and to now, follow each other. Fifty connections are promised together, and wait
 * together for whatever holds up one: their stream has gaps of some tens of milliseconds.
 */
const STREAM_GAP_MS = 100;
const LOOK_AGAIN_MS = 10;
/** Most end within their turn of the event loop; one with large messages waits for the disk. */
const SLICES_AT_ONCE = 4;
const RETRY_MS = 1000;
const LOCK_AGAIN_MS = 50;

export class FilingTurns {
  readonly #around: FilingTurnsOptions;
  /** Accounts with something to file, and since when; oldest first. */
  readonly #read = new Map<AccountMail, number>();
  readonly #unread = new Map<AccountMail, number>();
  /** Their turn is waited for, to file what they have then. */
  readonly #awaited = new Set<AccountMail>();
  /** They come again by themselves. */
  readonly #putOff = new Set<AccountMail>();
  /** Slices that have begun. */
  readonly #underWay = new Set<Promise<void>>();
  #isFiling = false;
  #isClosed = false;
  #lastPromisedMs = 0;
  #lastGapMs = Number.POSITIVE_INFINITY;

  constructor(around: FilingTurnsOptions) {
    this.#around = around;
  }

  /** The journal has another message. */
  notePromise(): void {
    const nowMs = performance.now();
    this.#lastGapMs = nowMs - this.#lastPromisedMs;
    this.#lastPromisedMs = nowMs;
  }

  soon(mail: AccountMail): void {
    if (this.#awaited.has(mail) || this.#putOff.has(mail)) return;
    if (!this.#read.has(mail) && !this.#unread.has(mail)) {
      (mail.isRead ? this.#read : this.#unread).set(mail, performance.now());
    }
    if (this.#isFiling) return;
    this.#isFiling = true;
    void this.#fileAll();
  }

  later(mail: AccountMail): void {
    setTimeout(() => !this.#isClosed && this.soon(mail), RETRY_MS).unref();
  }

  /** What could not be filed is tried no more. */
  close(): void {
    this.#isClosed = true;
  }

  async #fileAll(): Promise<void> {
    while (this.#read.size + this.#unread.size > 0) {
      // Messages that came meanwhile are promised first.
      await nextTurn();
      const mail = this.#findDue();
      if (mail === undefined) {
        await delay(LOOK_AGAIN_MS);
        continue;
      }
      this.#read.delete(mail);
      this.#unread.delete(mail);
      // Whoever has the account's turn may have it for long, for a COPY of a whole archive: the others do not wait for it.
      const { isTaken } = mail;
      const filed = this.#fileSlice(mail);
      if (!isTaken) await this.#goOnBeside(filed);
    }
    this.#isFiling = false;
  }

  /** A slice that waits for a disk does not hold up the others, unless many do. */
  async #goOnBeside(slice: Promise<void>): Promise<void> {
    const over = slice.then(() => {
      this.#underWay.delete(over);
    });
    this.#underWay.add(over);
    if (this.#underWay.size >= SLICES_AT_ONCE) await Promise.race(this.#underWay);
  }

  async #fileSlice(mail: AccountMail): Promise<void> {
    this.#awaited.add(mail);
    using _turn = await mail.enter();
    this.#awaited.delete(mail);
    const end = await this.#around.fileSlice(mail);
    if (end === 'more') this.soon(mail);
    if (end === 'locked') this.#giveWay(mail);
  }

  /** It does not wait for the lock in its turn: the other accounts' mail is filed, and more is promised to this one. */
  #giveWay(mail: AccountMail): void {
    this.#putOff.add(mail);
    setTimeout(() => {
      this.#putOff.delete(mail);
      if (!this.#isClosed) this.soon(mail);
    }, LOCK_AGAIN_MS);
  }

  /** The one that has waited longest of those that may not gather any more; `undefined` when all may. */
  #findDue(): AccountMail | undefined {
    const nowMs = performance.now();
    const mayGather = !this.#around.isMuch() && (this.#around.isBusy() || this.#isStream(nowMs));
    const dueOf = (mails: ReadonlyMap<AccountMail, number>, lingerMs: number) => {
      const [oldest] = mails;
      return oldest !== undefined && (!mayGather || nowMs - oldest[1] > lingerMs) ? oldest : undefined;
    };
    const read = dueOf(this.#read, READ_LINGER_MS);
    const unread = dueOf(this.#unread, LINGER_MS);
    if (read === undefined || unread === undefined) return (read ?? unread)?.[0];
    return read[1] < unread[1] ? read[0] : unread[0];
  }

  #isStream(nowMs: number): boolean {
    return this.#lastGapMs < STREAM_GAP_MS && nowMs - this.#lastPromisedMs < STREAM_GAP_MS;
  }
}
