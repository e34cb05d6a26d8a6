// RENAME. RFC 3501 §6.3.5. A mailbox that is selected meanwhile, or lies below the one renamed, stays selected under
// its new name where its UIDs stay valid.

import { ask, type CompletionExtras, completed, type Move, refused } from '../move.ts';
import type { SelectedMailbox } from '../selected-mailbox.ts';
import type { LiveState } from '../state.ts';

export function runRename({ from, to }: { readonly from: string; readonly to: string }, state: LiveState): Move {
  return ask<'rename'>({ kind: 'rename', from, to }, (outcome) => {
    if (!outcome.ok) return refused(outcome.error);
    const name = state.phase === 'selected' ? findNewName(state.mailbox.name, from, to) : undefined;
    if (state.phase !== 'selected' || name === undefined) return renamed();
    return follow(state.mailbox, name);
  });
}

function follow(mailbox: SelectedMailbox, name: string): Move {
  const { access, uidValidity, view } = mailbox;
  return ask<'open'>({ kind: 'open', mailbox: name, access }, (outcome) => {
    if (!outcome.ok || outcome.value.uidValidity !== uidValidity)
      return renamed({ transition: { kind: 'unselected' } });
    const { columns, flagNames } = outcome.value;
    view.apply({ kind: 'added', columns, flagNames });
    view.apply({ kind: 'flags', ...columns, flagNames });
    return renamed({ transition: { kind: 'selected', mailbox: { ...mailbox, name, lost: false } } });
  });
}

function renamed(extras: CompletionExtras = {}): Move {
  return completed('RENAME completed', extras);
}

/** RENAME INBOX moves its messages only: INBOX itself, and what lies below it, keep their names. */
function findNewName(selected: string, from: string, to: string): string | undefined {
  if (from === 'INBOX') return undefined;
  if (selected === from) return to;
  return selected.startsWith(`${from}/`) ? to + selected.slice(from.length) : undefined;
}
