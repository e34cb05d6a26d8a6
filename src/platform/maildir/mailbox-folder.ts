// One mailbox: its numbers in memory, the names of its files, and how both are kept in step with the disk. Files are the
// truth, the index is what was known of them before. All of it is synchronous; what must be done under the uidlist's
// lock says so.

import { readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '#mail/ports/log.ts';
import type { MailboxChange } from '#mail/ports/mail-store.ts';
import { writeAtomically } from '#platform/files/atomic-write.ts';
import { withDotlock } from '#platform/files/dotlock.ts';
import { isMissing } from '#platform/files/errno.ts';
import type { AccountIndex } from '#platform/message-index/account-index.ts';
import { flagsChange } from '#platform/message-index/mailbox-view.ts';
import { at, MessageTable } from '#platform/message-index/message-table.ts';
import {
  type FolderListing,
  isSameLook,
  KEYWORDS,
  type Look,
  listMessageFiles,
  lookAt,
  UIDLIST_LOCK,
} from './folder-files.ts';
import { IndexWriter } from './index-writer.ts';
import { formatKeywordsFile, parseKeywordsFile, unnamedKeyword } from './keywords-file.ts';
import { modSeqFloor, withSalvaged } from './lost-numbers.ts';
import { findMessageFacts } from './message-facts.ts';
import { baseNameOf, baseNameOfFile, flagsOfFileName, withFlags } from './message-file-name.ts';
import { matchFiles } from './uid-matching.ts';
import type { Uidlist } from './uidlist.ts';
import { UidlistFile } from './uidlist-file.ts';

export interface FolderSurroundings {
  readonly index: AccountIndex;
  readonly log: Log;
  nowMs(): number;
  newMailboxId(): string;
  newUidValidity(): number;
  publish(change: MailboxChange): void;
  /** Messages and octets that came or went. */
  count(messages: number, sizeBytes: number): void;
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
  table = new MessageTable();
  files = new Map<number, string>();
  readonly #around: FolderSurroundings;
  #reservedUidNext = 1;
  #look: Look = { directories: '', uidlist: '', isSettled: false };
  #lastScan = { atMs: 0, costMs: 0 };

  constructor(path: string, folderName: string, around: FolderSurroundings) {
    this.path = path;
    this.lockPath = join(path, UIDLIST_LOCK);
    this.uidlist = new UidlistFile(path);
    this.pending = new IndexWriter(around.index, folderName, around.onDirty);
    this.#around = around;
  }

  /** Takes over what the index knows. False when the files are not as the index saw them: reconcile. */
  load(): boolean {
    const indexed = this.pending.read();
    if (indexed === undefined) return false;
    const { facts } = indexed;
    this.mailboxId = facts.mailboxId;
    this.uidValidity = facts.uidValidity;
    this.firstRecentUid = facts.firstRecentUid;
    this.table.keywords.push(...facts.keywords);
    for (const message of indexed.messages) {
      this.table.push(message);
      this.files.set(message.uid, message.file);
    }
    this.table.uidNext = Math.max(this.table.uidNext, facts.uidNext);
    this.table.highestModSeq = Math.max(this.table.highestModSeq, facts.highestModSeq);
    const look = lookAt(this.path);
    if (facts.look === '' || facts.look !== `${look.directories} ${look.uidlist}`) return false;
    this.#look = { ...look, isSettled: true };
    this.uidlist.trust(facts.uidlistLines);
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
  reconcile(): void {
    const startedMs = performance.now();
    const look = lookAt(this.path);
    const listing = listMessageFiles(this.path);
    if (this.#isAsKnown(listing)) this.#readKeywords();
    else this.#reconcileWith(listing);
    // At the least, this look may be one to be kept.
    this.pending.touchFacts();
    this.#look = { ...look, uidlist: lookAt(this.path).uidlist };
    this.#lastScan = { atMs: performance.now(), costMs: performance.now() - startedMs };
  }

  /** Most looks are taken only because the last one was too fresh to be trusted, and find nothing. */
  #isAsKnown({ files, isComplete }: FolderListing): boolean {
    if (this.uidValidity === 0 || !isComplete || files.size !== this.files.size) return false;
    if (this.uidlist.hasChanged()) return false;
    for (const file of this.files.values()) if (files.get(baseNameOfFile(file)) !== file) return false;
    return true;
  }

  #reconcileWith(listing: FolderListing): void {
    const { list, mustReplace } = this.#readUidlist();
    if (this.uidValidity !== 0 && list.uidValidity !== this.uidValidity) this.#reset();
    const isFirst = this.uidValidity === 0;
    if (isFirst) this.table.highestModSeq = Math.max(this.table.highestModSeq, modSeqFloor(this.path));
    this.uidValidity = list.uidValidity;
    this.mailboxId = list.guid ?? this.#around.newMailboxId();
    this.#readKeywords();
    const matched = matchFiles(list, listing, this.table, this.files);
    this.table.uidNext = matched.uidNext;
    if (mustReplace || matched.mustReplace) {
      const { uidValidity, mailboxId: guid } = this;
      this.uidlist.replace({ uidValidity, uidNext: matched.uidNext, guid, records: matched.records });
    } else {
      this.uidlist.add(matched.fresh);
    }
    this.#takeOver(matched.files);
    if (isFirst) this.firstRecentUid = this.#lowestNewUid();
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
      return use(join(this.path, known));
    } catch (cause) {
      if (!isMissing(cause)) throw cause;
    }
    const file = listMessageFiles(this.path).files.get(baseNameOf(known.slice(known.indexOf('/') + 1)));
    if (file === undefined) return undefined;
    this.files.set(uid, file);
    try {
      return use(join(this.path, file));
    } catch (cause) {
      if (isMissing(cause)) return undefined;
      throw cause;
    }
  }

  /** Renames into cur/ with these flags; false when the message is gone. */
  renameTo(uid: number, flags: number): boolean {
    return (
      this.useFile(uid, (path) => {
        const file = `cur/${withFlags(path.slice(path.lastIndexOf('/') + 1), flags)}`;
        if (join(this.path, file) !== path) renameSync(path, join(this.path, file));
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
  takeOutOfNew(): void {
    if (readdirSync(join(this.path, 'new')).length === 0) return;
    this.asOwnChange(() => {
      for (const [uid, file] of this.files) {
        if (file.startsWith('new/')) this.renameTo(uid, at(this.table.flags, this.table.find(uid)));
      }
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
  compactUidlist(): void {
    const records = Array.from(this.files, ([uid, file]) => ({
      uid,
      extensions: '',
      baseName: baseNameOf(file.slice(file.indexOf('/') + 1)),
    }));
    const { uidValidity, mailboxId: guid, table } = this;
    this.asOwnChange(() => this.uidlist.replace({ uidValidity, uidNext: table.uidNext, guid, records }));
  }

  flush(): void {
    const look = this.#look.isSettled ? `${this.#look.directories} ${this.#look.uidlist}` : '';
    this.pending.write(this, look);
  }

  #readUidlist(): { list: Omit<Uidlist, 'isTorn'>; mustReplace: boolean } {
    const reading = this.uidlist.read();
    if (reading.kind === 'read') {
      return { list: reading.list, mustReplace: reading.list.isTorn || reading.list.guid === undefined };
    }
    if (reading.kind === 'broken') {
      const text = `set aside a broken uidlist as ${this.uidlist.setAside()}, it is made anew: ${reading.reason}`;
      this.#around.log.write('error', 'maildir', text);
    }
    // The index still knows every UID; without it the mailbox begins anew, under another UIDVALIDITY.
    const isKnown = this.uidValidity !== 0;
    const known = Array.from(this.files, ([uid, file]) => ({ uid, extensions: '', baseName: baseNameOfFile(file) }));
    const text = isKnown && reading.kind === 'broken' ? reading.text : '';
    const { records, uidNext } = withSalvaged(known, this.table.uidNext, text);
    const list = {
      uidValidity: isKnown ? this.uidValidity : this.#around.newUidValidity(),
      uidNext,
      guid: this.mailboxId === '' ? this.#around.newMailboxId() : this.mailboxId,
      records,
    };
    return { list, mustReplace: true };
  }

  #readKeywords(): void {
    try {
      const named = parseKeywordsFile(readFileSync(join(this.path, KEYWORDS), 'utf8'));
      this.table.keywords.splice(0, named.length, ...named);
    } catch (cause) {
      if (!isMissing(cause)) throw cause;
    }
  }

  /** Puts the files found in place of those known, and tells the difference. */
  #takeOver(found: readonly (readonly [uid: number, file: string])[]): void {
    const old = { table: this.table, files: this.files };
    const table = old.table.emptyCopy();
    const files = new Map<number, string>();
    const added: NewMessage[] = [];
    const reflagged: number[] = [];
    for (const [uid, file] of found) {
      const index = old.table.find(uid);
      if (index < 0) {
        const facts = findMessageFacts(join(this.path, file));
        if (facts !== undefined) added.push({ uid, file, flags: flagsOfFileName(file), ...facts });
        continue;
      }
      table.push(old.table.row(index));
      files.set(uid, file);
      const flags = flagsOfFileName(file);
      if (file !== old.files.get(uid)) this.pending.touch(uid);
      if (flags === at(old.table.flags, index)) continue;
      this.pending.touch(uid);
      table.flags[table.count - 1] = flags;
      reflagged.push(table.count - 1);
    }
    const gone = [...old.files.keys()].filter((uid) => !files.has(uid));
    this.removeMessages(gone);
    table.highestModSeq = this.table.highestModSeq;
    this.table = table;
    this.files = files;
    this.#nameUnknownKeywords(added);
    this.#publishFlags(reflagged);
    this.addMessages(added);
  }

  #publishFlags(indexes: readonly number[]): void {
    if (indexes.length === 0) return;
    const modSeq = this.table.nextModSeq(this.#around.nowMs());
    for (const index of indexes) this.table.modSeqs[index] = modSeq;
    this.#around.publish(
      flagsChange(
        this.table,
        indexes.map((index) => ({ index })),
      ),
    );
  }

  /** Letters in file names that `dovecot-keywords` does not name. */
  #nameUnknownKeywords(added: readonly NewMessage[]): void {
    let all = 0;
    for (let i = 0; i < this.table.count; i++) all |= at(this.table.flags, i);
    for (const { flags } of added) all |= flags;
    const { keywords } = this.table;
    while (keywords.length < 32 - Math.clz32(all >>> 5)) keywords.push(unnamedKeyword(keywords.length));
  }

  #lowestNewUid(): number {
    for (const [uid, file] of this.files) if (file.startsWith('new/')) return uid;
    return this.table.uidNext;
  }

  #reset(): void {
    this.#around.count(-this.table.count, -this.table.totalBytes());
    this.table = new MessageTable();
    this.files = new Map();
    this.uidValidity = 0;
    this.pending.startAgain();
    this.#around.publish({ kind: 'reset' });
  }
}
