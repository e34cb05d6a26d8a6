// EXPUNGE and UID EXPUNGE. RFC 3501 §6.4.3, RFC 4315 §2.1. The client hears of the messages as of any that go.

import { ask, completed, type Move, refused } from '../move.ts';
import type { SelectedMailbox } from '../selected-mailbox.ts';
import type { SequenceSet } from '../sequence-set.ts';
import { readOnly } from './store.ts';

export function runExpunge({ uids }: { readonly uids: SequenceSet | undefined }, mailbox: SelectedMailbox): Move {
  const { name, access, view } = mailbox;
  if (access === 'read-only') return readOnly();
  const rows = view.rowsWithFlags(view.flagBits(['\\Deleted']), uids);
  if (rows.length === 0) return completed('EXPUNGE completed');
  return ask<'expunge'>({ kind: 'expunge', mailbox: name, uids: view.uidsOf(rows) }, (outcome) => {
    if (!outcome.ok) return refused(outcome.error);
    view.apply({ kind: 'expunged', uids: outcome.value });
    return completed('EXPUNGE completed');
  });
}
