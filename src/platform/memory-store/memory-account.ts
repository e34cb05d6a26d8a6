// What the memory store keeps of one account: its mailboxes and their messages.

import type { Clock } from '#mail/ports/clock.ts';
import type { MailboxName, SpecialUse } from '#mail/ports/mail-store.ts';
import type { Randomness } from '#mail/ports/randomness.ts';
import { MessageTable } from '#platform/message-index/message-table.ts';
import type { PreparedOctets } from '#platform/message-index/prepared-fetch.ts';

export interface StoredMessage {
  readonly octets: Buffer;
  readonly prepared: PreparedOctets;
}

export interface MemoryMailbox {
  readonly mailboxId: string;
  readonly uidValidity: number;
  firstRecentUid: number;
  readonly table: MessageTable;
  readonly messages: Map<number, StoredMessage>;
}

export interface MemoryAccount {
  readonly mailboxes: Map<MailboxName, MemoryMailbox>;
  readonly subscribed: Set<MailboxName>;
  readonly marked: Map<MailboxName, SpecialUse>;
  lastUidValidity: number;
}

export function emptyAccount(): MemoryAccount {
  return { mailboxes: new Map(), subscribed: new Set(), marked: new Map(), lastUidValidity: 0 };
}

/** With a UIDVALIDITY above all that the account ever gave. */
export function addMailbox(
  { clock, randomness }: { readonly clock: Clock; readonly randomness: Randomness },
  home: MemoryAccount,
  name: MailboxName,
): MemoryMailbox {
  const seconds = Math.floor(clock.nowMs() / 1000);
  home.lastUidValidity = Math.max(home.lastUidValidity + 1, seconds);
  const mailbox: MemoryMailbox = {
    mailboxId: randomness.bytes(16).toString('hex'),
    uidValidity: home.lastUidValidity,
    firstRecentUid: 1,
    table: new MessageTable(),
    messages: new Map(),
  };
  home.mailboxes.set(name, mailbox);
  return mailbox;
}

/** The UID that it was given. */
export function putMessage(
  mailbox: MemoryMailbox,
  message: StoredMessage,
  flags: number,
  modSeq: number,
  internalDateMs: number,
): number {
  const uid = mailbox.table.uidNext;
  mailbox.table.push({ uid, flags: flags >>> 0, modSeq, sizeBytes: message.octets.length, internalDateMs });
  mailbox.messages.set(uid, message);
  return uid;
}
