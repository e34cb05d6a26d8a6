// The way of a message into the store: it is given its UIDs and names, recorded in the journal with them, and promised when
// the journal has it. Filing follows at once, in slices between which other messages are promised.
//
// All accounts of a message have their turn at the same moment, so that UIDs rise in the order of the records.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { ok, type Result } from '#base/result.ts';
import { WorldError } from '#base/world-error.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Log } from '#mail/ports/log.ts';
import type { MailboxName, StoreRefusal } from '#mail/ports/mail-store.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { QueuedMessage } from '#mail/queue/queued-message.ts';
import { DotlockTaken } from '#platform/files/dotlock.ts';
import type { MessageRecord, RecordedBody, RecordedFiling } from '#platform/journal/journal-record.ts';
import type { Commitment, JournalWriter } from '#platform/journal/journal-writer.ts';
import type { PrepareOctets } from '#platform/message-index/prepared-fetch.ts';
import { nonexistent, overQuota, tooManyKeywords } from '#platform/message-index/refusals.ts';
import type { AccountMail } from './account-mail.ts';
import { filePromised } from './filing.ts';
import { FilingTurns, type SliceEnd } from './filing-turns.ts';
import type { MailboxFolder } from './mailbox-folder.ts';
import { type BodyUse, promisedBody, recordBody, removeBodies, sizeOfBody } from './message-bodies.ts';
import type { BaseNames } from './message-file-name.ts';
import type { JournalBody, PromisedBody, PromisedMessage } from './promised-mail.ts';
import { UnfiledBytes } from './unfiled-bytes.ts';

/** One message into one mailbox. */
export interface CopyRequest {
  readonly account: AccountId;
  /** Normalised; a name that a folder can bear. */
  readonly mailbox: MailboxName;
  /** Which of the contents. */
  readonly body: number;
  readonly prefix: Buffer;
  readonly internalDateMs: number;
  readonly systemFlags: number;
  readonly keywords: readonly string[];
  readonly recipients: readonly string[];
  /** `deliver`: the mailbox is made when missing. */
  readonly mode: 'deliver' | 'append';
  /** 0: no limit, or judged before. */
  readonly quotaBytes: number;
}

export interface CommitRequest {
  readonly id: string;
  readonly arrivedMs: number;
  /** JSON. */
  readonly envelope: string;
  readonly contents: readonly MessageContent[];
  readonly copies: readonly CopyRequest[];
  /** What leaves by the queue, with the octets of the first content. */
  readonly queued?: QueuedMessage;
}

export interface FiledCopy {
  readonly uid: number;
  readonly uidValidity: number;
}

/** `filed` resolves when all copies lie in their mailboxes, which may be never while a home cannot be written. */
export interface CommittedMessage {
  /** As filed, or as they were promised. */
  copies(): readonly FiledCopy[];
  readonly filed: Promise<readonly FiledCopy[]>;
}

export interface CommitSurroundings {
  readonly journal: JournalWriter;
  readonly clock: Clock;
  readonly log: Log;
  readonly names: BaseNames;
  readonly prepare: PrepareOctets;
  mailOf(account: AccountId): AccountMail;
  /** What a message sends to others is promised: it is the queue's to take, until `release` says so. */
  offer(message: QueuedMessage, body: PromisedBody): void;
  /** Throws WorldError when the disk must be kept for what was promised. */
  checkRoom(sizeBytes: number, accounts: ReadonlySet<AccountId>): Promise<void>;
  readonly lockWaitMs?: number | undefined;
}

/** Messages of one account filed before others have their turn: some milliseconds. */
const SLICE_MESSAGES = 32;
/** Another program may hold a mailbox's lock for so long before its account is taken for one that cannot be written. */
const LOCK_WAIT_MS = 10_000;

export class Commits {
  readonly #around: CommitSurroundings;
  readonly #turns: FilingTurns;
  /** Another program holds a lock there, and since when. */
  readonly #lockedSince = new Map<AccountMail, number>();
  readonly #failing = new Set<AccountMail>();
  /** Offered to the queue → what to do when it has taken it. */
  readonly #offered = new Map<string, () => void>();
  readonly #waitingForRoom: (() => void)[] = [];
  readonly #unfiled = new UnfiledBytes();

  constructor(around: CommitSurroundings) {
    this.#around = around;
    this.#turns = new FilingTurns({
      fileSlice: (mail) => this.#fileOf(mail, SLICE_MESSAGES, 'try'),
      isBusy: () => around.journal.isBusy,
      isMuch: () => this.#unfiled.isMuch,
    });
  }

  async commit(request: CommitRequest): Promise<Result<CommittedMessage, StoreRefusal>> {
    const { contents } = request;
    const { folder } = this.#around.journal;
    const addedBytes = contents.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    await this.#around.checkRoom(addedBytes, new Set(request.copies.map(({ account }) => account)));
    while (this.#unfiled.isFullBeside(this.#failing)) {
      await new Promise<void>((resolve) => this.#waitingForRoom.push(resolve));
    }
    const bodies: RecordedBody[] = [];
    try {
      for (const [i, content] of contents.entries()) {
        bodies.push(await recordBody(folder, request.id, i, content, useOf(request, i)));
      }
      const promised = await this.#promise(request, bodies);
      if (!promised.ok) await removeBodies(folder, bodies);
      return promised;
    } catch (cause) {
      await removeBodies(folder, bodies);
      throw cause;
    }
  }

  /** What recovery could not file: it is promised again, in a new segment, and tried again from time to time. */
  async resume(record: MessageRecord): Promise<void> {
    const message = this.#record(record);
    for (const { account } of record.filings) {
      const mail = this.#around.mailOf(account);
      mail.promised.failure ??= new Error('not filed at the start');
      this.#failing.add(mail);
    }
    await message.durable;
    for (const { account } of record.filings) this.#turns.later(this.#around.mailOf(account));
  }

  /** The queue has taken over what this message sends to others, for good. */
  release(id: string): void {
    const done = this.#offered.get(id);
    if (done === undefined) return;
    this.#offered.delete(id);
    // Nobody waits for it: at worst the message is offered once more, and the queue knows it.
    const { durable, finish } = this.#around.journal.append({ kind: 'released', id });
    durable.then(finish, () => undefined);
    done();
  }

  /** For whoever has the account's turn: what was promised before is in the mailboxes, as far as that is possible. */
  async settle(mail: AccountMail): Promise<void> {
    await mail.promised.whenDurable();
    // Tried again from time to time, not with every question.
    if (mail.promised.failure !== undefined) return;
    // Others are promised meanwhile: what has gathered may be thousands.
    while ((await this.#fileOf(mail, SLICE_MESSAGES, 'wait')) === 'more') await nextTurn();
  }

  /** What could not be filed is tried no more: the journal keeps it for the next start. */
  close(): void {
    this.#turns.close();
  }

  async #promise(
    request: CommitRequest,
    bodies: readonly RecordedBody[],
  ): Promise<Result<CommittedMessage, StoreRefusal>> {
    let message: CommittedMessage & { readonly durable: Promise<void> };
    const turns = await this.#enterAll(request.copies);
    try {
      const folders: MailboxFolder[] = [];
      for (const copy of request.copies) {
        const folder = await this.#folderFor(copy, bodies);
        if (!folder.ok) return folder;
        folders.push(folder.value);
      }
      // Nothing may come between here and the journal.
      const filings = request.copies.map((copy, i) => this.#reserve(copy, folders[i] as MailboxFolder, bodies));
      const { id, arrivedMs, envelope, queued } = request;
      const record = { kind: 'message', id, arrivedMs, envelope, bodies, filings, ...(queued && { queued }) } as const;
      message = this.#record(record, folders);
    } finally {
      for (const turn of turns) turn[Symbol.dispose]();
    }
    await message.durable;
    return ok(message);
  }

  /** A turn of each account, asked for in the order of their names. */
  async #enterAll(copies: readonly CopyRequest[]): Promise<Disposable[]> {
    const accounts = [...new Set(copies.map(({ account }) => account))].sort();
    const mails = accounts.map((account) => this.#around.mailOf(account));
    const turns: Disposable[] = [];
    for (const mail of mails) turns.push(await mail.enter());
    return turns;
  }

  async #folderFor(copy: CopyRequest, bodies: readonly RecordedBody[]): Promise<Result<MailboxFolder, StoreRefusal>> {
    const mail = this.#around.mailOf(copy.account);
    if (mail.promised.failure !== undefined) {
      throw new WorldError(`storing a message for ${copy.account}`, { transient: true, cause: mail.promised.failure });
    }
    // Should another program take away the one that was there, filing makes it anew; keywords are learnt in it now.
    const isOnlyFiled = copy.mode === 'deliver' && copy.keywords.length === 0;
    const known = isOnlyFiled ? mail.lastSeen(copy.mailbox) : undefined;
    const found = known ?? (await mail.find(copy.mailbox));
    if (found === undefined && copy.mode === 'append') return nonexistent();
    if (copy.quotaBytes > 0) {
      const addedBytes = bodies.reduce((sum, body) => sum + sizeOfBody(body), 0);
      const usedBytes = (await mail.usage()).sizeBytes + mail.promised.sizeBytes;
      if (usedBytes + addedBytes > copy.quotaBytes) return overQuota();
    }
    const folder = found ?? (await mail.create(copy.mailbox));
    if (copy.mode === 'append') folder.isVisited = true;
    if (copy.keywords.length > 0 && !(await folder.learnKeywordsLocked(copy.keywords))) return tooManyKeywords();
    return ok(folder);
  }

  #reserve(copy: CopyRequest, folder: MailboxFolder, bodies: readonly RecordedBody[]): RecordedFiling {
    const { account, mailbox, body, prefix, internalDateMs, systemFlags, keywords, recipients } = copy;
    const nowMs = this.#around.clock.nowMs();
    const sizeBytes = prefix.length + sizeOfBody(bodies[body]);
    return {
      account,
      mailbox,
      mailboxId: folder.mailboxId,
      uid: folder.reserveUid(),
      baseName: `${this.#around.names.next(nowMs)},S=${sizeBytes},W=${sizeBytes}`,
      ...{ systemFlags, keywords, internalDateMs, body, prefix, recipients },
    };
  }

  /** Appends it to the journal, and lets each account know what is coming. */
  #record(
    record: MessageRecord,
    folders: readonly MailboxFolder[] = [],
  ): CommittedMessage & { readonly durable: Promise<void> } {
    const commitment = this.#around.journal.append(record);
    const { durable, finish } = commitment;
    const filed = Promise.withResolvers<readonly FiledCopy[]>();
    const outcomes = record.filings.map(({ uid }, i) => ({ uid, uidValidity: folders[i]?.uidValidity ?? 0 }));
    let unfiled = record.filings.length;
    let undone = unfiled + (record.queued === undefined ? 0 : 1);
    const done = (): void => {
      if (--undone <= 0) finish();
    };
    const mails = record.filings.map(({ account }) => this.#around.mailOf(account));
    const messages = record.filings.map((filing, i): PromisedMessage => {
      const message: PromisedMessage = {
        filing,
        body: lentBody(record, filing.body, commitment) ?? this.#bodyOf(record.bodies[filing.body]),
        durable,
        isDurable: false,
        filed: (uid, uidValidity) => {
          outcomes[i] = { uid, uidValidity };
          this.#release(message);
          done();
          if (--unfiled === 0) filed.resolve(outcomes);
        },
      };
      this.#unfiled.add(message);
      mails[i]?.promised.add(message);
      return message;
    });
    if (undone === 0) durable.then(finish, () => undefined);
    return {
      durable: durable.then(
        () => {
          this.#promised(messages, mails);
          if (messages.length === 0) filed.resolve(outcomes);
          if (record.queued !== undefined) this.#offer(record.queued, this.#bodyOf(record.bodies[0]), done);
        },
        (cause) => this.#failed(messages, mails, cause),
      ),
      copies: () => outcomes,
      filed: filed.promise,
    };
  }

  #promised(messages: readonly PromisedMessage[], mails: readonly AccountMail[]): void {
    this.#turns.notePromise();
    for (const message of messages) message.isDurable = true;
    for (const mail of mails) this.#turns.soon(mail);
  }

  #bodyOf(body: RecordedBody | undefined): PromisedBody {
    return promisedBody(this.#around.journal.folder, body);
  }

  #offer(message: QueuedMessage, body: PromisedBody, done: () => void): void {
    const sizeBytes = message.prefix.length + (body.kind === 'octets' ? body.octets.length : 0);
    this.#unfiled.addElsewhere(sizeBytes);
    this.#offered.set(message.queueId, () => {
      this.#unfiled.addElsewhere(-sizeBytes);
      this.#letIn();
      done();
    });
    this.#around.offer(message, body);
  }

  #failed(messages: readonly PromisedMessage[], mails: readonly AccountMail[], cause: unknown): never {
    const gone = new Set(messages);
    for (const mail of mails) mail.promised.remove(gone);
    for (const message of messages) this.#release(message);
    throw cause;
  }

  #release(message: PromisedMessage): void {
    this.#unfiled.remove(message);
    this.#letIn();
  }

  #letIn(): void {
    if (this.#unfiled.isFullBeside(this.#failing)) return;
    for (const resolve of this.#waitingForRoom.splice(0)) resolve();
  }

  /** `try`: where another program holds the mailbox's lock, the others have their turn. */
  async #fileOf(mail: AccountMail, most: number, patience: 'wait' | 'try'): Promise<SliceEnd> {
    const messages = mail.promised.durableOnes(most);
    if (messages.length === 0) return 'over';
    try {
      await filePromised(mail, messages, this.#around.prepare, patience);
      mail.promised.failure = undefined;
      this.#failing.delete(mail);
      this.#lockedSince.delete(mail);
      return mail.promised.durableOnes(1).length > 0 ? 'more' : 'over';
    } catch (cause) {
      if (patience === 'try' && cause instanceof DotlockTaken && this.#mayStillWait(mail)) return 'locked';
      const account = messages[0]?.filing.account;
      // Once, not at every attempt.
      if (mail.promised.failure === undefined) {
        const text = `mail for ${account} waits in the journal, its mailbox cannot be written: ${String(cause)}`;
        this.#around.log.write('error', 'maildir', text);
      }
      mail.promised.failure = cause;
      this.#failing.add(mail);
      this.#letIn();
      this.#turns.later(mail);
      return 'over';
    }
  }

  #mayStillWait(mail: AccountMail): boolean {
    const nowMs = performance.now();
    const sinceMs = this.#lockedSince.get(mail) ?? nowMs;
    this.#lockedSince.set(mail, sinceMs);
    return nowMs - sinceMs < (this.#around.lockWaitMs ?? LOCK_WAIT_MS);
  }
}

function useOf({ copies, queued }: CommitRequest, body: number): BodyUse {
  const isFiledOnly = queued === undefined;
  const [first, ...others] = copies.filter((copy) => copy.body === body);
  return { isFiledOnly, onlyPlace: isFiledOnly && others.length === 0 ? first : undefined };
}

/** Of octets that are another message's when this one is promised. */
function lentBody({ bodies }: MessageRecord, number: number, { readBody }: Commitment): JournalBody | undefined {
  const body = bodies[number];
  if (body?.kind !== 'octets' || body.isLent === undefined) return undefined;
  return { kind: 'journal', sizeBytes: body.octets.length, read: () => readBody(number) };
}
