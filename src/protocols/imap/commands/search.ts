// SEARCH and UID SEARCH. RFC 3501 §6.4.4, RFC 4731 (ESEARCH).

import type { SearchCommand } from '../command.ts';
import { formatEsearch, formatSearch } from '../format/search-data.ts';
import { ask, completed, type Move } from '../move.ts';
import type { SelectedMailbox } from '../selected-mailbox.ts';
import type { LiveState } from '../state.ts';

export function runSearch(command: SearchCommand, mailbox: SelectedMailbox, _state: LiveState, tag: string): Move {
  const { uid, returns, key } = command;
  return ask<'search'>({ kind: 'search', mailbox, key }, (rows) => {
    const found = Uint32Array.from(rows, (row) => (uid ? mailbox.view.uid(row) : row + 1));
    const untagged =
      returns === undefined
        ? formatSearch(found, undefined)
        : formatEsearch({ tag, uid, returns, found, modSeq: undefined });
    return completed('SEARCH completed', { untagged: [untagged] });
  });
}
