// What both stores answer from a mailbox's numbers: snapshot, status, and the effect of a STORE or a COPY on flags.

import { DELETED, FIRST_KEYWORD_BIT, SEEN, SYSTEM_FLAGS } from '#mail/mailboxes/flags.ts';
import type { FlagChange, MailboxChange, MailboxName, MailboxSnapshot, MailboxStatus } from '#mail/ports/mail-store.ts';
import { at, type FlagStep, type MessageTable } from './message-table.ts';

export interface MailboxNumbers {
  readonly mailboxId: string;
  readonly uidValidity: number;
  readonly firstRecentUid: number;
  readonly table: MessageTable;
}

export function snapshotOf(name: MailboxName, mailbox: MailboxNumbers): MailboxSnapshot {
  const { table } = mailbox;
  return {
    name,
    mailboxId: mailbox.mailboxId,
    uidValidity: mailbox.uidValidity,
    uidNext: table.uidNext,
    highestModSeq: table.highestModSeq,
    keywords: [...table.keywords],
    firstRecentUid: mailbox.firstRecentUid,
    columns: table.columns(),
  };
}

export function statusOf(mailbox: MailboxNumbers): MailboxStatus {
  const { table } = mailbox;
  let unseen = 0;
  let deleted = 0;
  let sizeBytes = 0;
  for (let i = 0; i < table.count; i++) {
    const flags = at(table.flags, i);
    if ((flags & SEEN) === 0) unseen++;
    if ((flags & DELETED) !== 0) deleted++;
    sizeBytes += at(table.sizesBytes, i);
  }
  return {
    mailboxId: mailbox.mailboxId,
    uidValidity: mailbox.uidValidity,
    uidNext: table.uidNext,
    messages: table.count,
    recent: table.count - table.lowerBound(mailbox.firstRecentUid),
    unseen,
    deleted,
    sizeBytes,
    highestModSeq: table.highestModSeq,
  };
}

export interface PlannedFlags {
  /** Every message addressed, unchanged ones too. */
  readonly steps: readonly FlagStep[];
  readonly modified: Uint32Array;
}

/** The keywords of the change must be known to the table already. */
export function planFlags(table: MessageTable, uids: Uint32Array, change: FlagChange): PlannedFlags {
  const bits = (change.systemFlags & SYSTEM_FLAGS) | knownBits(table, change.keywords);
  return table.planFlagChange(uids, change, bits >>> 0);
}

/** Puts the steps into the table. The event tells only of what really changed; `undefined` when nothing did. */
export function applyFlags(
  table: MessageTable,
  steps: readonly FlagStep[],
  nowMs: number,
): Extract<MailboxChange, { kind: 'flags' }> | undefined {
  const real = steps.filter(({ before, after }) => before !== after);
  if (real.length === 0) return undefined;
  const modSeq = table.nextModSeq(nowMs);
  for (const { index, after } of real) table.setFlags(index, after, modSeq);
  return flagsChange(table, real);
}

export function flagsChange(
  table: MessageTable,
  steps: readonly { readonly index: number }[],
): Extract<MailboxChange, { kind: 'flags' }> {
  const uids = new Uint32Array(steps.length);
  const flags = new Uint32Array(steps.length);
  const modSeqs = new Float64Array(steps.length);
  for (const [i, { index }] of steps.entries()) {
    uids[i] = at(table.uids, index);
    flags[i] = at(table.flags, index);
    modSeqs[i] = at(table.modSeqs, index);
  }
  return { kind: 'flags', uids, flags, modSeqs, keywords: [...table.keywords] };
}

/** The names of all keywords that at least one of these messages has. */
export function keywordsInUse(flags: Iterable<number>, keywords: readonly string[]): string[] {
  let all = 0;
  for (const value of flags) all |= value;
  return keywords.filter((_, k) => (all & (1 << (FIRST_KEYWORD_BIT + k))) !== 0);
}

/** The same flags in another mailbox, where keywords have other bits; the target must know them already. */
export function translateFlags(flags: number, keywords: readonly string[], target: MessageTable): number {
  return ((flags & SYSTEM_FLAGS) | knownBits(target, keywordsInUse([flags], keywords))) >>> 0;
}

function knownBits(table: MessageTable, keywords: readonly string[]): number {
  let bits = 0;
  for (const keyword of keywords) {
    const lower = keyword.toLowerCase();
    const k = table.keywords.findIndex((known) => known.toLowerCase() === lower);
    if (k >= 0) bits |= 1 << (FIRST_KEYWORD_BIT + k);
  }
  return bits;
}
