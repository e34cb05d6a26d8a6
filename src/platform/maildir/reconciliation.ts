// Brings what is known of a mailbox in step with its uidlist and its files: what has no UID gets one, and watchers are told
// what others did. Under the uidlist's lock and in the account's turn, which others' turns interrupt.

import { join } from 'node:path';
import { Pace, STEP_ITEMS, type Steps } from '#base/steps.ts';
import type { Log } from '#mail/ports/log.ts';
import type { MailboxChange } from '#mail/ports/mail-store.ts';
import { flagsChange } from '#platform/message-index/mailbox-view.ts';
import { at, MessageTable } from '#platform/message-index/message-table.ts';
import type { FolderListing } from './folder-files.ts';
import { unnamedKeyword } from './keywords-file.ts';
import { modSeqFloor, withSalvaged } from './lost-numbers.ts';
import type { MailboxFolder, NewMessage } from './mailbox-folder.ts';
import { findMessageFacts } from './message-facts.ts';
import { baseNameOfFile, flagsOfFileName } from './message-file-name.ts';
import { matchFiles } from './uid-matching.ts';
import type { Uidlist, UidlistRecord } from './uidlist.ts';

export interface ReconciliationSurroundings {
  readonly log: Log;
  nowMs(): number;
  newMailboxId(): string;
  newUidValidity(): number;
  publish(change: MailboxChange): void;
  /** Messages and octets that came or went. */
  count(messages: number, sizeBytes: number): void;
}

type FoundFile = readonly [uid: number, file: string];

interface Differences {
  readonly table: MessageTable;
  readonly files: Map<number, string>;
  /** Of nothing but their files is anything known. */
  readonly added: readonly FoundFile[];
  /** Indexes into the table. */
  readonly reflagged: readonly number[];
  /** All letters of all files, as bits. */
  readonly letters: number;
}

/** Reading so much of a file that does not tell its size is as much work as looking at one that does. */
const READ_BYTES_PER_ITEM = 4096;

export class Reconciliation {
  readonly #folder: MailboxFolder;
  readonly #around: ReconciliationSurroundings;

  constructor(folder: MailboxFolder, around: ReconciliationSurroundings) {
    this.#folder = folder;
    this.#around = around;
  }

  *run(listing: FolderListing): Steps<void> {
    const folder = this.#folder;
    const { list, mustReplace } = yield* this.#readUidlist();
    if (folder.uidValidity !== 0 && list.uidValidity !== folder.uidValidity) this.#reset();
    const isFirst = folder.uidValidity === 0;
    if (isFirst) folder.table.highestModSeq = Math.max(folder.table.highestModSeq, modSeqFloor(folder.path));
    folder.uidValidity = list.uidValidity;
    folder.mailboxId = list.guid ?? this.#around.newMailboxId();
    folder.readKeywords();
    const matched = yield* matchFiles(list, listing, folder.table, folder.files);
    // Before anything can fail: numbers that stand in the uidlist are given to nobody else.
    folder.table.uidNext = matched.uidNext;
    if (mustReplace || matched.mustReplace) {
      const { uidValidity, mailboxId: guid } = folder;
      const { uidNext, records } = matched;
      yield* folder.uidlist.replace({ uidValidity, uidNext, guid, records });
    } else {
      yield* this.#addLines(matched.fresh);
    }
    yield* this.#takeOver(matched.files);
    if (isFirst) folder.firstRecentUid = this.#lowestNewUid();
  }

  *#readUidlist(): Steps<{ list: Omit<Uidlist, 'isTorn'>; mustReplace: boolean }> {
    const { uidlist, files, table, uidValidity, mailboxId } = this.#folder;
    const reading = yield* uidlist.read();
    if (reading.kind === 'read') {
      return { list: reading.list, mustReplace: reading.list.isTorn || reading.list.guid === undefined };
    }
    if (reading.kind === 'broken') {
      const text = `set aside a broken uidlist as ${uidlist.setAside()}, it is made anew: ${reading.reason}`;
      this.#around.log.write('error', 'maildir', text);
    }
    // The index still knows every UID; without it the mailbox begins anew, under another UIDVALIDITY.
    const isKnown = uidValidity !== 0;
    const known = Array.from(files, ([uid, file]) => ({ uid, extensions: '', baseName: baseNameOfFile(file) }));
    const text = isKnown && reading.kind === 'broken' ? reading.text : '';
    const { records, uidNext } = withSalvaged(known, table.uidNext, text);
    const list = {
      uidValidity: isKnown ? uidValidity : this.#around.newUidValidity(),
      uidNext,
      guid: mailboxId === '' ? this.#around.newMailboxId() : mailboxId,
      records,
    };
    return { list, mustReplace: true };
  }

  *#addLines(records: readonly UidlistRecord[]): Steps<void> {
    for (let start = 0; start < records.length; start += STEP_ITEMS) {
      this.#folder.uidlist.add(records.slice(start, start + STEP_ITEMS));
      yield;
    }
  }

  /** Puts the files found in place of those known, and tells the difference. */
  *#takeOver(found: readonly FoundFile[]): Steps<void> {
    const folder = this.#folder;
    const { table, files, added, reflagged, letters } = yield* this.#compare(found);
    yield;
    const gone = [...folder.files.keys()].filter((uid) => !files.has(uid));
    folder.removeMessages(gone);
    table.highestModSeq = folder.table.highestModSeq;
    folder.table = table;
    folder.files = files;
    yield;
    this.#nameUnknownKeywords(letters);
    this.#publishFlags(reflagged);
    yield* this.#add(added);
  }

  *#compare(found: readonly FoundFile[]): Steps<Differences> {
    const { table: oldTable, files: oldFiles, pending } = this.#folder;
    const pace = new Pace();
    const table = oldTable.emptyCopy();
    const files = new Map<number, string>();
    const added: FoundFile[] = [];
    const reflagged: number[] = [];
    let letters = 0;
    for (const each of found) {
      if (pace.isDue()) yield;
      const [uid, file] = each;
      const flags = flagsOfFileName(file);
      letters |= flags;
      const index = oldTable.find(uid);
      if (index < 0) {
        added.push(each);
        continue;
      }
      table.push(oldTable.row(index));
      files.set(uid, file);
      if (file !== oldFiles.get(uid)) pending.touch(uid);
      if (flags === at(oldTable.flags, index)) continue;
      pending.touch(uid);
      table.flags[table.count - 1] = flags;
      reflagged.push(table.count - 1);
    }
    return { table, files, added, reflagged, letters };
  }

  *#add(added: readonly FoundFile[]): Steps<void> {
    const pace = new Pace();
    let piece: NewMessage[] = [];
    for (const [uid, file] of added) {
      const facts = findMessageFacts(join(this.#folder.path, file));
      if (facts === undefined) continue;
      piece.push({ uid, file, flags: flagsOfFileName(file), ...facts });
      if (!pace.isDue(1 + Math.floor(facts.readBytes / READ_BYTES_PER_ITEM))) continue;
      this.#folder.addMessages(piece);
      piece = [];
      yield;
    }
    this.#folder.addMessages(piece);
  }

  #publishFlags(indexes: readonly number[]): void {
    if (indexes.length === 0) return;
    const { table } = this.#folder;
    const modSeq = table.nextModSeq(this.#around.nowMs());
    for (const index of indexes) table.modSeqs[index] = modSeq;
    const steps = indexes.map((index) => ({ index }));
    this.#around.publish(flagsChange(table, steps));
  }

  /** Letters in file names that `dovecot-keywords` does not name. */
  #nameUnknownKeywords(letters: number): void {
    const { keywords } = this.#folder.table;
    while (keywords.length < 32 - Math.clz32(letters >>> 5)) keywords.push(unnamedKeyword(keywords.length));
  }

  #lowestNewUid(): number {
    const { files, table } = this.#folder;
    for (const [uid, file] of files) if (file.startsWith('new/')) return uid;
    return table.uidNext;
  }

  #reset(): void {
    const folder = this.#folder;
    this.#around.count(-folder.table.count, -folder.table.totalBytes());
    folder.table = new MessageTable();
    folder.files = new Map();
    folder.uidValidity = 0;
    folder.pending.startAgain();
    this.#around.publish({ kind: 'reset' });
  }
}
