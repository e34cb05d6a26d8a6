// The thread that lives in greylist.db: one batch of tries after the other. See `open-greylist.ts`.

import { parentPort, workerData } from 'node:worker_threads';
import type { GreylistAnswer, Triplet } from '#mail/ports/greylist.ts';
import { isBroken, openDisposableDatabase } from '../files/disposable-database.ts';
import { type GreylistBounds, GreylistDatabase } from './greylist-database.ts';

export interface TryOrder {
  readonly tries: readonly Triplet[];
  readonly nowMs: number;
  /** As they are at the moment: settings may change. */
  readonly bounds: GreylistBounds;
}

export type ThreadAnswer =
  | { readonly kind: 'answers'; readonly answers: readonly GreylistAnswer[] }
  | { readonly kind: 'failed'; readonly message: string }
  /** Not an answer: something that the log should say. */
  | { readonly kind: 'report'; readonly text: string };

const TRIES_BETWEEN_PRUNINGS = 2_000;
const KIND = { open: (file: string) => new GreylistDatabase(file), contents: 'first tries' };

const path = workerData as string;
const report = (text: string) => answer({ kind: 'report', text });
let database = openDisposableDatabase(path, KIND, Date.now(), report);
let triesUntilPruning = 0;

parentPort?.on('message', (order: TryOrder) => {
  try {
    answer({ kind: 'answers', answers: look(order) });
  } catch (error) {
    answer({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
});

function look(order: TryOrder): readonly GreylistAnswer[] {
  triesUntilPruning -= order.tries.length;
  try {
    return lookInDatabase(order);
  } catch (error) {
    if (!isBroken(error)) throw error;
    // The file broke while it was open: the next opening sets it aside.
    database[Symbol.dispose]();
    database = openDisposableDatabase(path, KIND, Date.now(), report);
    return lookInDatabase(order);
  }
}

function lookInDatabase({ tries, nowMs, bounds }: TryOrder): readonly GreylistAnswer[] {
  if (triesUntilPruning < 0) {
    database.prune(bounds, nowMs);
    triesUntilPruning = Math.min(TRIES_BETWEEN_PRUNINGS, bounds.greylist_cache_limit);
  }
  return database.look(tries, nowMs, bounds);
}

function answer(message: ThreadAnswer): void {
  parentPort?.postMessage(message);
}
