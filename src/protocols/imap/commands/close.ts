// CLOSE removes the \Deleted messages without a word; UNSELECT leaves everything as it is. RFC 3501 §6.4.2, RFC 3691.

import { ask, completed, type Move, refused } from '../move.ts';
import type { SelectedMailbox } from '../selected-mailbox.ts';

const UNSELECTED = { transition: { kind: 'unselected' } } as const;

export function runClose(_command: unknown, { name, access, view }: SelectedMailbox): Move {
  const rows = access === 'read-only' ? [] : view.rowsWithFlags(view.flagBits(['\\Deleted']), undefined);
  if (rows.length === 0) return completed('CLOSE completed', UNSELECTED);
  return ask<'expunge'>({ kind: 'expunge', mailbox: name, uids: view.uidsOf(rows) }, (outcome) =>
    outcome.ok ? completed('CLOSE completed', UNSELECTED) : refused(outcome.error, UNSELECTED),
  );
}

export function runUnselect(): Move {
  return completed('UNSELECT completed', UNSELECTED);
}
