// What of one mailbox is still to be written to its account's index. Ranges of UIDs are marked as they change and packed
// when they are written, so that a thousand deliveries in a second cost one write.

import type { Steps } from '#base/steps.ts';
import type { PreparedPart } from '#mail/ports/mail-store.ts';
import type { AccountIndex, IndexedMailbox } from '#platform/message-index/account-index.ts';
import type { MailboxNumbers } from '#platform/message-index/mailbox-view.ts';
import type { MessageTable } from '#platform/message-index/message-table.ts';
import type { PreparedOctets } from '#platform/message-index/prepared-fetch.ts';
import type { UidPair } from '#platform/message-index/prepared-rows.ts';
import { type PackedRange, packRange, rangeOf } from '#platform/message-index/range.ts';
import type { UidlistFile } from './uidlist-file.ts';

interface Written extends MailboxNumbers {
  readonly files: ReadonlyMap<number, string>;
  readonly uidlist: UidlistFile;
}

export class IndexWriter {
  readonly #index: AccountIndex;
  readonly #onDirty: () => void;
  folderName: string;
  #isDirty = false;
  #fromScratch = true;
  readonly #ranges = new Set<number>();
  readonly #expunged = new Set<number>();
  readonly #prepared = new Map<number, PreparedOctets>();

  constructor(index: AccountIndex, folderName: string, onDirty: () => void) {
    this.#index = index;
    this.folderName = folderName;
    this.#onDirty = onDirty;
  }

  *read(): Steps<IndexedMailbox | undefined> {
    const indexed = yield* this.#index.readMailbox(this.folderName);
    this.#fromScratch = indexed === undefined;
    return indexed;
  }

  /** The index has nothing of it yet. */
  get isNew(): boolean {
    return this.#fromScratch;
  }

  touch(uid: number): void {
    this.#ranges.add(rangeOf(uid));
    this.touchFacts();
  }

  touchFacts(): void {
    if (!this.#isDirty) this.#onDirty();
    this.#isDirty = true;
  }

  forget(uid: number): void {
    this.#expunged.add(uid);
    this.#prepared.delete(uid);
    this.touch(uid);
  }

  startAgain(): void {
    this.#fromScratch = true;
    this.#prepared.clear();
    this.touchFacts();
  }

  get preparedCount(): number {
    return this.#prepared.size;
  }

  keepPrepared(uid: number, octets: PreparedOctets): void {
    this.#prepared.set(uid, octets);
    this.touchFacts();
  }

  findPrepared(uids: readonly number[], parts: readonly PreparedPart[]): Map<number, PreparedOctets> {
    if (this.#prepared.size === 0) return this.#index.readPrepared(this.folderName, uids, parts);
    const missing = uids.filter((uid) => !this.#prepared.has(uid));
    const found = missing.length === 0 ? new Map() : this.#index.readPrepared(this.folderName, missing, parts);
    for (const uid of uids) {
      const octets = this.#prepared.get(uid);
      if (octets !== undefined) found.set(uid, octets);
    }
    return found;
  }

  /** What was prepared of messages is right for their copies too. */
  carryTo(target: IndexWriter, pairs: readonly UidPair[]): void {
    const written: UidPair[] = [];
    for (const pair of pairs) {
      const octets = this.#prepared.get(pair.from);
      if (octets === undefined) written.push(pair);
      else target.keepPrepared(pair.to, octets);
    }
    if (written.length > 0) this.#index.copyPreparedLater(this.folderName, target.folderName, written);
    target.touchFacts();
  }

  /** Before what was prepared is looked for. */
  fetchCarried(): Steps<void> {
    return this.#index.copyPrepared();
  }

  *write(mailbox: Written, look: string): Steps<void> {
    if (!this.#isDirty) return;
    const { table, files, mailboxId, uidValidity, firstRecentUid } = mailbox;
    if (this.#fromScratch) for (const uid of files.keys()) this.#ranges.add(rangeOf(uid));
    const isWritten = yield* this.#index.write(this.folderName, {
      facts: {
        mailboxId,
        uidValidity,
        firstRecentUid,
        uidNext: table.uidNext,
        highestModSeq: table.highestModSeq,
        keywords: table.keywords,
        messages: table.count,
        sizeBytes: table.totalBytes(),
        look,
        uidlistLines: mailbox.uidlist.lines,
        uidlistSignature: mailbox.uidlist.signature,
      },
      ranges: packRanges(this.#ranges, table, files),
      fromScratch: this.#fromScratch,
      prepared: this.#prepared,
      expungedUids: [...this.#expunged],
    });
    this.#fromScratch = !isWritten;
    this.#isDirty = false;
    this.#ranges.clear();
    this.#expunged.clear();
    this.#prepared.clear();
  }
}

/** Each when it is written. */
function* packRanges(numbers: Iterable<number>, ...mailbox: [MessageTable, Written['files']]): Iterable<PackedRange> {
  for (const number of numbers) yield packRange(...mailbox, number);
}
