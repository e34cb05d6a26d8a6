// What is known of one mbox: its numbers for the store, and where each message stands in the file. Made by scanning the file; as
// long as size, time and inode of the file stay the same, it is taken as it is. A file that only grew behind its former last
// message is scanned from there.

import type { FileHandle } from 'node:fs/promises';
import { FIRST_KEYWORD_BIT, SYSTEM_FLAGS } from '#mail/mailboxes/flags.ts';
import type { MailboxChange } from '#mail/ports/mail-store.ts';
import { streamRange } from '#platform/files/file-ranges.ts';
import { MessageTable } from '#platform/message-index/message-table.ts';
import type { PreparedOctets } from '#platform/message-index/prepared-fetch.ts';
import type { MailboxBase } from './mbox-book.ts';
import { MboxScanner, type ScannedMessage } from './mbox-scanner.ts';

/** The file as it was when it was scanned. */
export interface MboxLook {
  readonly inode: bigint;
  readonly size: bigint;
  readonly changedNs: bigint;
}

export const NO_LOOK: MboxLook = { inode: 0n, size: 0n, changedNs: 0n };

/** Numbers that outlive an empty file. */
export interface MboxNumbers {
  readonly mailboxId: string;
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly firstRecentUid: number;
}

export interface IndexedMboxMessage extends ScannedMessage {
  readonly uid: number;
}

export class MboxIndex {
  readonly mailboxId: string;
  uidValidity: number;
  firstRecentUid: number;
  table = new MessageTable();
  look: MboxLook = NO_LOOK;
  /** In the order of the file, which is that of their UIDs. */
  messages: readonly IndexedMboxMessage[] = [];
  readonly prepared = new Map<number, PreparedOctets>();

  constructor(numbers: MboxNumbers) {
    this.mailboxId = numbers.mailboxId;
    this.uidValidity = numbers.uidValidity;
    this.firstRecentUid = numbers.firstRecentUid;
    this.table.uidNext = numbers.uidNext;
  }

  numbers(): MboxNumbers {
    const { mailboxId, uidValidity, firstRecentUid, table } = this;
    return { mailboxId, uidValidity, firstRecentUid, uidNext: table.uidNext };
  }

  find(uid: number): IndexedMboxMessage | undefined {
    const index = this.table.find(uid);
    return index < 0 ? undefined : this.messages[index];
  }

  base(): MailboxBase {
    return { uidValidity: this.uidValidity, lastUid: this.table.uidNext - 1, keywords: [...this.table.keywords] };
  }

  /** What the messages' books say now becomes the table's; the changes are those that watchers hear of. */
  adopt(messages: readonly IndexedMboxMessage[], nowMs: number): MailboxChange[] {
    const former = this.table;
    // Known first, so that they keep their order.
    for (const keyword of messages[0]?.book.base?.keywords ?? []) former.keywordBits([keyword]);
    const present = new Set(messages.map(({ uid }) => uid));
    const gone = former.uids.slice(0, former.count).filter((uid) => !present.has(uid));
    const changes: MailboxChange[] = [];
    if (gone.length > 0) {
      former.remove((uid) => !present.has(uid));
      for (const uid of gone) this.prepared.delete(uid);
      changes.push({ kind: 'expunged', uids: gone, modSeq: former.nextModSeq(nowMs) });
    }
    this.messages = messages;
    this.#adoptSizes(messages);
    const flags = this.#adoptFlags(messages, nowMs);
    if (flags !== undefined) changes.push(flags);
    const added = this.#adoptNew(messages, nowMs);
    if (added !== undefined) changes.push(added);
    return changes;
  }

  flagBits({ book }: ScannedMessage): number {
    // More keywords than a mailbox may have: those that found no place are not shown, and stay in the file.
    const keywords = book.keywords.reduce((bits, keyword) => bits | (this.table.keywordBits([keyword]) ?? 0), 0);
    return ((book.systemFlags & SYSTEM_FLAGS) | keywords) >>> 0;
  }

  keywordsOf(flags: number): string[] {
    return this.table.keywords.filter((_, k) => (flags & (1 << (FIRST_KEYWORD_BIT + k))) !== 0);
  }

  /** Some programs add fields of their own (mutt: `Lines`) when they write a mailbox. */
  #adoptSizes(messages: readonly IndexedMboxMessage[]): void {
    const { table } = this;
    for (let index = 0; index < table.count; index++) {
      const { sizeBytes, uid } = messages[index] ?? { sizeBytes: table.sizesBytes[index] ?? 0, uid: 0 };
      if (table.sizesBytes[index] === sizeBytes) continue;
      table.sizesBytes[index] = sizeBytes;
      this.prepared.delete(uid);
    }
  }

  #adoptFlags(messages: readonly IndexedMboxMessage[], nowMs: number): MailboxChange | undefined {
    const { table } = this;
    const changed: number[] = [];
    for (let index = 0; index < table.count; index++) {
      const message = messages[index];
      if (message !== undefined && table.flags[index] !== this.flagBits(message)) changed.push(index);
    }
    if (changed.length === 0) return undefined;
    const modSeq = table.nextModSeq(nowMs);
    for (const index of changed) {
      const message = messages[index];
      if (message !== undefined) table.setFlags(index, this.flagBits(message), modSeq);
    }
    return {
      kind: 'flags',
      uids: Uint32Array.from(changed, (index) => table.row(index).uid),
      flags: Uint32Array.from(changed, (index) => table.row(index).flags),
      modSeqs: Float64Array.from(changed, () => modSeq),
      keywords: [...table.keywords],
    };
  }

  #adoptNew(messages: readonly IndexedMboxMessage[], nowMs: number): MailboxChange | undefined {
    const { table } = this;
    const first = table.count;
    if (messages.length === first) return undefined;
    const modSeq = table.nextModSeq(nowMs);
    for (const message of messages.slice(first)) {
      const { uid, sizeBytes, internalDateMs } = message;
      table.push({ uid, flags: this.flagBits(message), modSeq, sizeBytes, internalDateMs });
    }
    return { kind: 'added', columns: table.columns(first), keywords: [...table.keywords] };
  }
}

export async function lookAt(file: FileHandle): Promise<MboxLook> {
  const { ino: inode, size, mtimeNs: changedNs } = await file.stat({ bigint: true });
  return { inode, size, changedNs };
}

export function isSameLook(one: MboxLook, other: MboxLook): boolean {
  return one.inode === other.inode && one.size === other.size && one.changedNs === other.changedNs;
}

/** `undefined` for a file that begins with something else than a message: it is no mbox. */
export async function scanMbox(file: FileHandle, start: number, end: number): Promise<ScannedMessage[] | undefined> {
  const scanner = new MboxScanner(start);
  const messages: ScannedMessage[] = [];
  for await (const piece of streamRange(file, start, end)) {
    for (const message of scanner.push(piece)) messages.push(message);
    if (scanner.strayBytes > MOST_STRAY_BYTES) return undefined;
  }
  messages.push(...scanner.end());
  return messages;
}

/** Empty lines at the top are no message and no harm. */
const MOST_STRAY_BYTES = 16;
