// One mailbox: its numbers in memory, the names of its files, and how both are kept in step with the disk. Files are the
// truth, the index is what was known of them before. Long work is done in turns; what must be done under the uidlist's
// lock says so.

import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { allAtOnce, Pace, type Steps } from '#base/steps.ts';
import type { MailboxChange } from '#mail/ports/mail-store.ts';
import { writeAtomically } from '#platform/files/atomic-write.ts';
import { withDotlock } from '#platform/files/dotlock.ts';
import { isMissing } from '#platform/files/errno.ts';
import type { AccountIndex } from '#platform/message-index/account-index.ts';
import { at, MessageTable } from '#platform/message-index/message-table.ts';
import {
  type FolderListing,
  isEmptyDirectory,
  isSameLook,
  KEYWORDS,
  type Look,
  listMessageFiles,
  lookAt,
  UIDLIST_LOCK,
} from './folder-files.ts';
import { inTurns, takeTurns } from './in-turns.ts';
import { IndexWriter } from './index-writer.ts';
import { formatKeywordsFile, parseKeywordsFile } from './keywords-file.ts';
import { baseNameOfFile, withFlags } from './message-file-name.ts';
import { Reconciliation, type ReconciliationSurroundings } from './reconciliation.ts';
import { writeUidlist } from './uidlist.ts';
import { UidlistFile } from './uidlist-file.ts';

export interface FolderSurroundings extends ReconciliationSurroundings {
  readonly index: AccountIndex;
  /** Something is to be written to the index. */
  onDirty(): void;
}

export interface NewMessage {
  readonly uid: number;
  /** `cur/…` or `new/…`. */
  readonly file: string;
  readonly flags: number;
  readonly sizeBytes: number;
  readonly internalDateMs: number;
}

/** A look at an unsettled mailbox is repeated, but not before this many times its own cost has passed. */
const RESCAN_PATIENCE = 20;

export class MailboxFolder {
  readonly path: string;
  readonly lockPath: string;
  readonly uidlist: UidlistFile;
  readonly pending: IndexWriter;
  mailboxId = '';
  uidValidity = 0;
  firstRecentUid = 1;
  /**
   * A client has fetched from it or appended to it: what FETCH sends of a new message is prepared while its octets are at
   * hand. Of a mailbox that is only delivered to it is made when it is asked for, as Dovecot's cache has it.
   */
  isVisited = false;
  table = new MessageTable();
  files = new Map<number, string>();
  readonly #around: FolderSurroundings;
  #reservedUidNext = 1;
  #look: Look = { directories: '', uidlist: '', isSettled: false };
  #lastScan = { atMs: 0, costMs: 0 };
  #lastListing: { readonly directories: string; readonly files: ReadonlyMap<string, string> } | undefined;

  constructor(path: string, folderName: string, around: FolderSurroundings) {
    this.path = path;
    this.lockPath = join(path, UIDLIST_LOCK);
    this.uidlist = new UidlistFile(path);
    this.pending = new IndexWriter(around.index, folderName, around.onDirty);
    this.#around = around;
  }

  /** Takes over what the index knows. False when the files are not as the index saw them: reconcile. */
  async load(): Promise<boolean> {
    const indexed = await takeTurns(this.pending.read());
    if (indexed === undefined) return false;
    const { facts } = indexed;
    this.mailboxId = facts.mailboxId;
    this.uidValidity = facts.uidValidity;
    this.firstRecentUid = facts.firstRecentUid;
    this.table.keywords.push(...facts.keywords);
    await inTurns(indexed.messages, (messages) => {
      for (const message of messages) {
        this.table.push(message);
        this.files.set(message.uid, message.file);
      }
    });
    this.table.uidNext = Math.max(this.table.uidNext, facts.uidNext);
    this.table.highestModSeq = Math.max(this.table.highestModSeq, facts.highestModSeq);
    this.uidlist.trust(facts.uidlistLines, facts.uidlistSignature ?? '');
    const look = lookAt(this.path);
    if (facts.look === '' || facts.look !== `${look.directories} ${look.uidlist}`) return false;
    this.#look = { ...look, isSettled: true };
    return true;
  }

  /** A UID that nobody has seen yet; it is used for one message or for none. */
  reserveUid(): number {
    this.#reservedUidNext = Math.max(this.#reservedUidNext, this.table.uidNext) + 1;
    return this.#reservedUidNext - 1;
  }

  /** Might another program have done something? A few stat calls. */
  mayHaveChanged(): boolean {
    const look = lookAt(this.path);
    if (!isSameLook(look, this.#look)) return true;
    if (this.#look.isSettled) return false;
    return performance.now() - this.#lastScan.atMs > RESCAN_PATIENCE * this.#lastScan.costMs;
  }

  /** Under the lock: reads uidlist and directories, gives UIDs to what has none, tells what others did. */
  async reconcile(): Promise<void> {
    const look = lookAt(this.path);
    const costMs = await takeTurns(timed(this.#reconcile()));
    this.#lastListing = undefined;
    // At the least, this look may be one to be kept.
    this.pending.touchFacts();
    this.#look = { ...look, uidlist: lookAt(this.path).uidlist };
    this.#lastScan = { atMs: performance.now(), costMs };
  }

  *#reconcile(): Steps<void> {
    const listing = yield* listMessageFiles(this.path);
    if (yield* this.#isAsKnown(listing)) this.readKeywords();
    else yield* new Reconciliation(this, this.#around).run(listing);
  }

  /** Most looks are taken only because the last one was too fresh to be trusted, and find nothing. */
  *#isAsKnown({ files, isComplete }: FolderListing): Steps<boolean> {
    if (this.uidValidity === 0 || !isComplete || files.size !== this.files.size) return false;
    if (this.uidlist.hasChanged()) return false;
    const pace = new Pace();
    for (const file of this.files.values()) {
      if (files.get(baseNameOfFile(file)) !== file) return false;
      if (pace.isDue()) yield;
    }
    return true;
  }

  /** What we do ourselves to the files is no reason to look at them again, unless others did something beside. */
  asOwnChange<T>(work: () => T): T {
    const before = lookAt(this.path);
    try {
      return work();
    } finally {
      if (isSameLook(before, this.#look)) this.#look = { ...lookAt(this.path), isSettled: false };
    }
  }

  /** The message's path as it is now: another program may have renamed it. `undefined` when it is gone. */
  useFile<T>(uid: number, use: (path: string) => T): T | undefined {
    const known = this.files.get(uid);
    if (known === undefined) return undefined;
    try {
      return use(`${this.path}/${known}`);
    } catch (cause) {
      if (!isMissing(cause)) throw cause;
    }
    for (const file of this.#newNames(baseNameOfFile(known))) {
      try {
        return use(`${this.path}/${file}`);
      } catch (cause) {
        if (!isMissing(cause)) throw cause;
      }
    }
    return undefined;
  }

  /** Others may have renamed thousands: one listing does for all of them. What else the names say, the next look takes in. */
  *#newNames(baseName: string): Generator<string> {
    const listed = this.#lastListing?.files.get(baseName);
    if (listed !== undefined) yield listed;
    const { directories } = lookAt(this.path);
    if (this.#lastListing?.directories === directories) return;
    this.#lastListing = { directories, files: allAtOnce(listMessageFiles(this.path)).files };
    const found = this.#lastListing.files.get(baseName);
    if (found !== undefined) yield found;
  }

  /** Renames into cur/ with these flags; false when the message is gone. */
  renameTo(uid: number, flags: number): boolean {
    return (
      this.useFile(uid, (path) => {
        const file = `cur/${withFlags(path.slice(path.lastIndexOf('/') + 1), flags)}`;
        const renamed = `${this.path}/${file}`;
        if (renamed !== path) renameSync(path, renamed);
        this.files.set(uid, file);
        this.pending.touch(uid);
        return true;
      }) ?? false
    );
  }

  addMessages(messages: readonly NewMessage[]): void {
    if (messages.length === 0) return;
    const first = this.table.count;
    const modSeq = this.table.nextModSeq(this.#around.nowMs());
    let sizeBytes = 0;
    for (const message of messages) {
      this.table.push({ ...message, modSeq });
      this.files.set(message.uid, message.file);
      this.pending.touch(message.uid);
      sizeBytes += message.sizeBytes;
    }
    this.#around.count(messages.length, sizeBytes);
    const columns = this.table.columns(first);
    this.#around.publish({ kind: 'added', columns, keywords: [...this.table.keywords] });
  }

  /** In UID order; returns those that were there. */
  removeMessages(uids: Iterable<number>): Uint32Array {
    const gone = new Set<number>();
    let sizeBytes = 0;
    for (const uid of uids) {
      const index = this.table.find(uid);
      if (index < 0 || gone.has(uid)) continue;
      gone.add(uid);
      sizeBytes += at(this.table.sizesBytes, index);
    }
    const went = Uint32Array.from(gone).sort();
    if (went.length === 0) return went;
    this.table.remove((uid) => gone.has(uid));
    for (const uid of went) {
      this.files.delete(uid);
      this.pending.forget(uid);
    }
    this.#around.count(-went.length, -sizeBytes);
    const modSeq = this.table.nextModSeq(this.#around.nowMs());
    this.#around.publish({ kind: 'expunged', uids: went, modSeq });
    return went;
  }

  /** A mail program opened the mailbox: what was new is in cur/ from now on. */
  async takeOutOfNew(): Promise<void> {
    if (isEmptyDirectory(join(this.path, 'new'))) return;
    const fresh = [...this.files].filter(([, file]) => file.startsWith('new/'));
    await inTurns(fresh, (piece) => {
      this.asOwnChange(() => {
        for (const [uid] of piece) this.renameTo(uid, at(this.table.flags, this.table.find(uid)));
      });
    });
  }

  /** What is there now is recent for nobody who comes later. */
  endRecent(): void {
    if (this.firstRecentUid === this.table.uidNext) return;
    this.firstRecentUid = this.table.uidNext;
    this.pending.touchFacts();
  }

  publish(change: MailboxChange): void {
    this.#around.publish(change);
  }

  /** Takes the lock only when there is a new one. */
  async learnKeywordsLocked(names: readonly string[]): Promise<boolean> {
    const known = new Set(this.table.keywords.map((keyword) => keyword.toLowerCase()));
    if (names.every((keyword) => known.has(keyword.toLowerCase()))) return true;
    return withDotlock(this.lockPath, () => this.learnKeywords(names));
  }

  /** Under the lock: gives a letter to each that has none; false when there are not enough. */
  learnKeywords(names: readonly string[]): boolean {
    const { keywords } = this.table;
    const before = keywords.length;
    if (this.table.keywordBits(names) === undefined) return false;
    if (keywords.length === before) return true;
    try {
      writeAtomically(join(this.path, KEYWORDS), formatKeywordsFile(keywords));
    } catch (cause) {
      keywords.length = before;
      throw cause;
    }
    this.pending.touchFacts();
    return true;
  }

  /** Under the lock: drops the lines of messages that are gone. */
  async compactUidlist(): Promise<void> {
    const records = Array.from(this.files, ([uid, file]) => ({
      uid,
      extensions: '',
      baseName: baseNameOfFile(file),
    }));
    const { uidValidity, mailboxId: guid, table } = this;
    const text = await takeTurns(writeUidlist({ uidValidity, uidNext: table.uidNext, guid, records }));
    this.asOwnChange(() => this.uidlist.write(text, records.length));
  }

  flush(): Steps<void> {
    const look = this.#look.isSettled ? `${this.#look.directories} ${this.#look.uidlist}` : '';
    return this.pending.write(this, look);
  }

  readKeywords(): void {
    try {
      const named = parseKeywordsFile(readFileSync(join(this.path, KEYWORDS), 'utf8'));
      this.table.keywords.splice(0, named.length, ...named);
    } catch (cause) {
      if (!isMissing(cause)) throw cause;
    }
  }
}

/** What the steps themselves took, without the turns of others. */
function* timed(steps: Steps<void>): Steps<number> {
  for (let spentMs = 0; ; ) {
    const startedMs = performance.now();
    const { done } = steps.next();
    spentMs += performance.now() - startedMs;
    if (done) return spentMs;
    yield;
  }
}
