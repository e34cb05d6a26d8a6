// Long work in pieces, with a turn of the event loop in between: one account's hundred thousand files hold up nobody else's
// mail. The account's own turn (`AccountMail.enter`) goes on meanwhile: nothing of it changes in between.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { STEP_ITEMS, type Steps } from '#base/steps.ts';

export async function inTurns<T>(items: readonly T[], work: (piece: readonly T[]) => void): Promise<void> {
  for (let start = 0; start < items.length; start += STEP_ITEMS) {
    if (start > 0) await nextTurn();
    work(items.slice(start, start + STEP_ITEMS));
  }
}

export async function takeTurns<T>(steps: Steps<T>): Promise<T> {
  for (let next = steps.next(); ; next = steps.next()) {
    if (next.done) return next.value;
    await nextTurn();
  }
}
