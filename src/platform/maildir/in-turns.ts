// Long work file by file, in pieces, with a turn of the event loop in between: one account's ten thousand renames hold up
// nobody else's mail. The account's own turn (`AccountMail.enter`) goes on meanwhile: nothing of it changes in between.

import { setImmediate as nextTurn } from 'node:timers/promises';

const PIECE_ITEMS = 500;

export async function inTurns<T>(items: readonly T[], work: (piece: readonly T[]) => void): Promise<void> {
  for (let start = 0; start < items.length; start += PIECE_ITEMS) {
    if (start > 0) await nextTurn();
    work(items.slice(start, start + PIECE_ITEMS));
  }
}
