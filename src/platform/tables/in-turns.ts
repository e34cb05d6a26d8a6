// Long work entry by entry, with a turn of the event loop whenever some milliseconds are over: a table of a million lines
// that is read anew delays nobody's mail.

import { setImmediate as nextTurn } from 'node:timers/promises';

const TURN_MS = 10;
const ITEMS_BETWEEN_LOOKS = 64;

/** The items themselves, for work that waits for something, or may stop before the end. */
export async function* inTurns<T>(items: Iterable<T>): AsyncGenerator<T> {
  let turnEndsMs = performance.now() + TURN_MS;
  for (const item of items) {
    yield item;
    if (performance.now() < turnEndsMs) continue;
    await nextTurn();
    turnEndsMs = performance.now() + TURN_MS;
  }
}

export async function forEachInTurns<T>(items: Iterable<T>, work: (item: T) => void): Promise<void> {
  let turnEndsMs = performance.now() + TURN_MS;
  let untilLook = ITEMS_BETWEEN_LOOKS;
  for (const item of items) {
    work(item);
    if (--untilLook > 0) continue;
    untilLook = ITEMS_BETWEEN_LOOKS;
    if (performance.now() < turnEndsMs) continue;
    await nextTurn();
    turnEndsMs = performance.now() + TURN_MS;
  }
}
