// The mail of one account: its home, its mailboxes as they are opened, its index. Everything that changes it runs in one
// queue, one after the other, so that no two operations ever meet half done.

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { allAtOnce, type Steps } from '#base/steps.ts';
import { INBOX } from '#mail/mailboxes/mailbox-name.ts';
import type { MailboxChange, MailboxName, QuotaUsage, SpecialUse } from '#mail/ports/mail-store.ts';
import { syncDirectoryNow, writeAtomically } from '#platform/files/atomic-write.ts';
import { withDotlock } from '#platform/files/dotlock.ts';
import { isMissing } from '#platform/files/errno.ts';
import type { AccountIndex } from '#platform/message-index/account-index.ts';
import { isMailboxFolder, makeMailboxFolder } from './folder-files.ts';
import { folderNameOf, mailboxNameOf } from './folder-name.ts';
import { takeTurns } from './in-turns.ts';
import { type FolderSurroundings, MailboxFolder } from './mailbox-folder.ts';
import { PromisedMail } from './promised-mail.ts';
import { formatSpecialUses, parseSpecialUses } from './special-use-file.ts';
import { formatSubscriptions, parseSubscriptions } from './subscriptions-file.ts';
import { nextUidValidity } from './uid-validity.ts';

export interface AccountSurroundings extends Pick<FolderSurroundings, 'log' | 'nowMs' | 'newMailboxId'> {
  readonly home: string;
  readonly homeMode: number;
  readonly index: AccountIndex;
  /** Its home will be written to; says on which device it lies. */
  onHome(home: string): number;
  publish(name: MailboxName, change: MailboxChange): void;
  /** Files what was promised to the account; called by whoever has its turn. */
  settle(mail: AccountMail): Promise<void>;
}

/** The index is a cache: it may be behind. */
const FLUSH_AFTER_MS = 3000;
const LEFTOVER_AGE_MS = 36 * 60 * 60 * 1000;
/** Two dots in front: neither a mailbox of ours nor of Dovecot's. */
const TRASHED = '..VALIJA-TRASHED-';
const SUBSCRIPTIONS = 'subscriptions';
const SPECIAL_USES = 'valija-special-use';

export class AccountMail {
  /** In the journal, and not in the mailboxes yet. */
  readonly promised = new PromisedMail();
  readonly #around: AccountSurroundings;
  readonly #folders = new Map<MailboxName, MailboxFolder>();
  #queue: Promise<void> = Promise.resolve();
  #waiting = 0;
  #usage: { sizeBytes: number; messages: number } | undefined;
  /** Of the home, once it was made. */
  #device: number | undefined;
  #flushTimer: NodeJS.Timeout | undefined;

  constructor(around: AccountSurroundings) {
    this.#around = around;
  }

  /** One after the other; each sees what was promised before it. */
  async run<T>(task: () => Promise<T> | T): Promise<T> {
    using _turn = await this.enter();
    if (!this.promised.isEmpty) await this.#around.settle(this);
    return await task();
  }

  /** A turn in the queue, until it is disposed of. Whoever wants several accounts' asks in the order of their names. */
  async enter(): Promise<Disposable> {
    this.#waiting++;
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const before = this.#queue;
    this.#queue = ended;
    await before;
    return {
      [Symbol.dispose]: () => {
        this.#waiting--;
        resolve();
      },
    };
  }

  get isIdle(): boolean {
    return this.#waiting === 0 && this.promised.isEmpty;
  }

  /** Somebody has the turn, or waits for it. */
  get isTaken(): boolean {
    return this.#waiting > 0;
  }

  get messagesInMemory(): number {
    let sum = 0;
    for (const { table } of this.#folders.values()) sum += table.count;
    return sum;
  }

  /** Where its mail will be written. */
  get device(): number {
    return this.#device ?? this.#around.onHome(this.#around.home);
  }

  get temporaryFolder(): string {
    return `${this.#around.home}/tmp`;
  }

  /** Somebody has read here since it was opened. */
  get isRead(): boolean {
    for (const { isVisited } of this.#folders.values()) if (isVisited) return true;
    return false;
  }

  existing(): Set<MailboxName> {
    this.#makeHome();
    const names = new Set<MailboxName>([INBOX]);
    for (const entry of readdirSync(this.#around.home, { withFileTypes: true })) {
      const name = mailboxNameOf(entry.name);
      if (name !== undefined && isMailboxFolder(join(this.#around.home, entry.name))) names.add(name);
    }
    return names;
  }

  subscribed(): Set<MailboxName> {
    return new Set(parseSubscriptions(this.#readText(SUBSCRIPTIONS)));
  }

  writeSubscribed(names: ReadonlySet<MailboxName>): void {
    this.#makeHome();
    writeAtomically(join(this.#around.home, SUBSCRIPTIONS), formatSubscriptions(names));
  }

  marked(): Map<MailboxName, SpecialUse> {
    return parseSpecialUses(this.#readText(SPECIAL_USES));
  }

  writeMarked(marked: ReadonlyMap<MailboxName, SpecialUse>): void {
    this.#makeHome();
    writeAtomically(join(this.#around.home, SPECIAL_USES), formatSpecialUses(marked));
  }

  /** Without a look whether it is still there; `undefined` when it was not opened yet. */
  lastSeen(name: MailboxName): MailboxFolder | undefined {
    return this.#folders.get(name);
  }

  /** With its numbers as they were last seen; `undefined` when there is none. */
  async find(name: MailboxName): Promise<MailboxFolder | undefined> {
    this.#makeHome();
    const known = this.#folders.get(name);
    const path = this.pathOf(name);
    if (isMailboxFolder(path)) return known ?? this.#open(name);
    if (name === INBOX) {
      makeMailboxFolder(path, true);
      return this.#open(name);
    }
    if (known !== undefined) this.#drop(name);
    return undefined;
  }

  /** The same, after a look at what others did. */
  async findFresh(name: MailboxName): Promise<MailboxFolder | undefined> {
    const folder = await this.find(name);
    if (folder?.mayHaveChanged()) await withDotlock(folder.lockPath, () => folder.reconcile());
    return folder;
  }

  /** Where its folder is, or would be. */
  pathOf(name: MailboxName): string {
    return join(this.#around.home, folderNameOf(name));
  }

  async create(name: MailboxName): Promise<MailboxFolder> {
    this.#makeHome();
    makeMailboxFolder(this.pathOf(name), name === INBOX);
    this.#around.index.forgetMailbox(folderNameOf(name));
    return this.#open(name);
  }

  remove(name: MailboxName): void {
    const path = this.pathOf(name);
    this.#forgetUsage();
    const trash = join(this.#around.home, `${TRASHED}${this.#around.newMailboxId()}`);
    renameSync(path, trash);
    syncDirectoryNow(this.#around.home);
    this.#around.index.forgetMailbox(folderNameOf(name));
    this.#drop(name);
    // What a crash leaves of it is removed when the account is opened the next time.
    rm(trash, { recursive: true, force: true }).catch((cause) => {
      this.#around.log.write('warn', 'maildir', `a deleted mailbox could not be removed: ${String(cause)}`);
    });
  }

  rename(from: MailboxName, to: MailboxName): void {
    const folder = this.#folders.get(from);
    if (folder !== undefined) allAtOnce(folder.flush());
    renameSync(this.pathOf(from), this.pathOf(to));
    syncDirectoryNow(this.#around.home);
    this.#around.index.renameMailbox(folderNameOf(from), folderNameOf(to));
    this.#drop(from);
  }

  async usage(): Promise<QuotaUsage> {
    if (this.#usage === undefined) {
      const sum = { sizeBytes: 0, messages: 0 };
      for (const name of this.existing()) {
        const known = this.#folders.has(name) ? undefined : this.#around.index.readFacts(folderNameOf(name));
        const folder = known === undefined ? await this.find(name) : undefined;
        sum.sizeBytes += known?.sizeBytes ?? folder?.table.totalBytes() ?? 0;
        sum.messages += known?.messages ?? folder?.table.count ?? 0;
      }
      this.#usage = sum;
    }
    return { ...this.#usage };
  }

  *flush(): Steps<void> {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    for (const folder of this.#folders.values()) yield* folder.flush();
  }

  close(): void {
    allAtOnce(this.flush());
    this.#folders.clear();
    this.#around.index.close();
  }

  /** With the first look, not before: what was promised to a home that is away must be able to wait for it. */
  #makeHome(): void {
    if (this.#device !== undefined) return;
    makeMailboxFolderIfMissing(this.#around.home, this.#around.homeMode);
    this.#removeLeftovers();
    this.#device = this.#around.onHome(this.#around.home);
  }

  async #open(name: MailboxName): Promise<MailboxFolder> {
    const { index, log, nowMs, newMailboxId, home } = this.#around;
    const folder = new MailboxFolder(this.pathOf(name), folderNameOf(name), {
      index,
      log,
      nowMs,
      newMailboxId,
      newUidValidity: () => nextUidValidity(home, nowMs()),
      publish: (change) => this.#around.publish(name, change),
      count: (messages, sizeBytes) => this.#count(messages, sizeBytes),
      onDirty: () => this.#flushSoon(),
    });
    if (!(await folder.load())) {
      // What the files say more or less than the index is no news to the sum, which is taken anew.
      await withDotlock(folder.lockPath, () => folder.reconcile());
      this.#forgetUsage();
    }
    this.#folders.set(name, folder);
    return folder;
  }

  #drop(name: MailboxName): void {
    this.#folders.delete(name);
    this.#forgetUsage();
    this.#around.publish(name, { kind: 'deleted' });
  }

  #count(messages: number, sizeBytes: number): void {
    if (this.#usage === undefined) return;
    this.#usage.messages += messages;
    this.#usage.sizeBytes += sizeBytes;
  }

  #forgetUsage(): void {
    this.#usage = undefined;
  }

  #flushSoon(): void {
    this.#flushTimer ??= setTimeout(() => void this.run(() => takeTurns(this.flush())), FLUSH_AFTER_MS).unref();
  }

  #readText(file: string): string {
    try {
      return readFileSync(join(this.#around.home, file), 'utf8');
    } catch (cause) {
      if (isMissing(cause)) return '';
      throw cause;
    }
  }

  #removeLeftovers(): void {
    for (const entry of readdirSync(this.#around.home)) {
      if (entry.startsWith(TRASHED)) rmSync(join(this.#around.home, entry), { recursive: true, force: true });
    }
    for (const entry of readdirSync(this.temporaryFolder)) {
      const path = join(this.temporaryFolder, entry);
      const stat = statSync(path, { throwIfNoEntry: false });
      // Our own files bear the message's date; when they were made is the change time.
      if (stat?.isFile() && Date.now() - Math.max(stat.mtimeMs, stat.ctimeMs) > LEFTOVER_AGE_MS) rmSync(path);
    }
  }
}

function makeMailboxFolderIfMissing(home: string, mode: number): void {
  if (isMailboxFolder(home) && statSync(join(home, 'tmp'), { throwIfNoEntry: false })) return;
  mkdirSync(home, { recursive: true, mode });
  makeMailboxFolder(home, true);
}
