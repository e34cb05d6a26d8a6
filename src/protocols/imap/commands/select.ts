// SELECT and EXAMINE. RFC 3501 §6.3.1, §6.3.2; [CLOSED] RFC 7162 §3.2.11. A mailbox that was selected before is left,
// even when the new one cannot be opened.

import type { SelectCommand } from '../command.ts';
import { formatExists, formatRecent } from '../format/mailbox-data.ts';
import { MailboxView } from '../mailbox-view.ts';
import { ask, completed, type Move, refused } from '../move.ts';
import type { OpenedMailbox } from '../question.ts';
import { formatUntagged } from '../response.ts';
import type { SelectedMailbox } from '../selected-mailbox.ts';
import type { LiveState } from '../state.ts';
import { formatFlagNames } from '../updates.ts';

export function runSelect({ kind, mailbox }: SelectCommand, state: LiveState): Move {
  const access = kind === 'select' ? 'read-write' : 'read-only';
  const closed = state.phase === 'selected' ? [formatUntagged('OK', 'CLOSED', 'Previous mailbox closed')] : [];
  return ask<'open'>({ kind: 'open', mailbox, access }, (outcome) => {
    if (!outcome.ok) return refused(outcome.error, { untagged: closed, transition: { kind: 'unselected' } });
    const opened = outcome.value;
    const { name, uidValidity } = opened;
    const selected: SelectedMailbox = { name, access, uidValidity, view: new MailboxView(opened), lost: false };
    return completed(`${kind.toUpperCase()} completed`, {
      code: access === 'read-write' ? 'READ-WRITE' : 'READ-ONLY',
      untagged: [...closed, describe(selected, opened)],
      transition: { kind: 'selected', mailbox: selected },
    });
  });
}

function describe(selected: SelectedMailbox, { uidNext, uidValidity }: OpenedMailbox): string {
  const { view } = selected;
  const unseen = findFirstUnseen(selected);
  return [
    formatFlagNames(selected),
    formatExists(view.exists),
    formatRecent(view.recent),
    unseen === undefined ? '' : formatUntagged('OK', { kind: 'unseen', value: unseen }, 'First unseen'),
    formatUntagged('OK', { kind: 'uidvalidity', value: uidValidity }, 'UIDs valid'),
    formatUntagged('OK', { kind: 'uidnext', value: uidNext }, 'Predicted next UID'),
  ].join('');
}

function findFirstUnseen({ view }: SelectedMailbox): number | undefined {
  const seen = view.flagBits(['\\Seen']);
  for (let row = 0; row < view.exists; row++) if ((view.flags(row) & seen) === 0) return row + 1;
  return undefined;
}
