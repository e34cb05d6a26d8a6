// STORE and UID STORE. RFC 3501 §6.4.6, RFC 7162 §3.1.3 (UNCHANGEDSINCE), RFC 2180 §4.2 (messages that are gone).

import { runsOf } from '#base/intervals.ts';
import type { StoreCommand } from '../command.ts';
import type { FlagEffect } from '../mailbox-view.ts';
import { ask, bad, type Completion, completed, type Move, no, refused } from '../move.ts';
import type { FlagsStored } from '../question.ts';
import type { SelectedMailbox } from '../selected-mailbox.ts';

export function readOnly(): Completion {
  return no('READ-ONLY', 'The mailbox was opened read-only');
}

export function outOfRange(): Completion {
  return bad('There is no message of that number');
}

export function runStore(command: StoreCommand, mailbox: SelectedMailbox): Move {
  const { uid, set, mode, flags, unchangedSince } = command;
  const { name, access, view } = mailbox;
  if (access === 'read-only') return readOnly();
  const rows = uid ? view.rowsOfUids(set) : view.rowsOfNumbers(set);
  if (rows === undefined) return outOfRange();
  const live = rows.filter((row) => !view.isGone(row));
  if (live.length === 0) return conclude(command, live, rows, mailbox, undefined);
  const question = { kind: 'store', mailbox: name, uids: view.uidsOf(live), mode, flags, unchangedSince } as const;
  return ask<'store'>(question, (outcome) =>
    outcome.ok ? conclude(command, live, rows, mailbox, outcome.value) : refused(outcome.error),
  );
}

function conclude(
  command: StoreCommand,
  live: readonly number[],
  asked: readonly number[],
  { view }: SelectedMailbox,
  stored: FlagsStored | undefined,
): Completion {
  if (stored !== undefined) view.apply(stored.changed);
  const modified = new Set(stored?.modified);
  const changed = modified.size === 0 ? live : live.filter((row) => !modified.has(view.uid(row)));
  if (command.silent) view.assume(changed, effectOf(command, view.flagBits(command.flags)));
  else view.announceFlags(changed);
  if (modified.size > 0) {
    const numbers = live
      .filter((row) => modified.has(view.uid(row)))
      .map((row) => (command.uid ? view.uid(row) : row + 1));
    return completed('Some messages had changed', { code: { kind: 'modified', set: runsOf(numbers) } });
  }
  if (live.length === asked.length || command.silent) return completed('STORE completed');
  return no('EXPUNGEISSUED', 'Some of the messages are gone');
}

function effectOf({ mode }: StoreCommand, bits: number): FlagEffect {
  switch (mode) {
    case 'replace':
      return () => bits;
    case 'add':
      return (flags) => (flags | bits) >>> 0;
    case 'remove':
      return (flags) => (flags & ~bits) >>> 0;
  }
}
