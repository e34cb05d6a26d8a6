// DELETE. RFC 3501 §6.3.4. Whoever deletes the mailbox that is selected has none selected then.

import { ask, completed, type Move, refused } from '../move.ts';
import type { LiveState } from '../state.ts';

export function runDelete({ mailbox }: { readonly mailbox: string }, state: LiveState): Move {
  return ask<'delete'>({ kind: 'delete', mailbox }, (outcome) => {
    if (!outcome.ok) return refused(outcome.error);
    const selected = state.phase === 'selected' && state.mailbox.name === mailbox;
    return completed('DELETE completed', selected ? { transition: { kind: 'unselected' } } : {});
  });
}
