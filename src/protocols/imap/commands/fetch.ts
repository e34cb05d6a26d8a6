// FETCH and UID FETCH. RFC 3501 §6.4.5, RFC 7162 §3.1.4.1 (CHANGEDSINCE), RFC 2180 §4.1 (messages that are gone). The
// answers stream past the machine; \Seen is set when the text has been sent, not before.

import type { FetchCommand } from '../command.ts';
import type { FetchItem } from '../fetch-item.ts';
import { ask, type Completion, completed, type Move, no, refused } from '../move.ts';
import type { SelectedMailbox } from '../selected-mailbox.ts';
import { outOfRange } from './store.ts';

export function runFetch({ uid, set, items, changedSince }: FetchCommand, mailbox: SelectedMailbox): Move {
  const { view } = mailbox;
  const found = uid ? view.rowsOfUids(set) : view.rowsOfNumbers(set);
  if (found === undefined) return outOfRange();
  const rows = changedSince === undefined ? found : found.filter((row) => view.modSeq(row) > changedSince);
  if (rows.length === 0) return completed('FETCH completed');
  return ask<'fetch'>({ kind: 'fetch', mailbox, rows, items, uid }, ({ missing, read }) => {
    const completion =
      missing === 0 ? completed('FETCH completed') : no('EXPUNGEISSUED', 'Some of the messages are gone');
    return items.some(marksSeen) && mailbox.access === 'read-write' ? markSeen(read, mailbox, completion) : completion;
  });
}

function marksSeen(item: FetchItem): boolean {
  return item.kind === 'section' && !item.peek;
}

/** The client hears of it as of any other change of flags. */
function markSeen(read: readonly number[], { name, view }: SelectedMailbox, completion: Completion): Move {
  const seen = view.flagBits(['\\Seen']);
  const unseen = read.filter((row) => (view.flags(row) & seen) === 0 && !view.isGone(row));
  if (unseen.length === 0) return completion;
  const question = {
    kind: 'store',
    mailbox: name,
    uids: view.uidsOf(unseen),
    mode: 'add',
    flags: ['\\Seen'],
    unchangedSince: undefined,
  } as const;
  return ask<'store'>(question, (outcome) => {
    if (!outcome.ok) return refused(outcome.error);
    view.apply(outcome.value.changed);
    return completion;
  });
}
