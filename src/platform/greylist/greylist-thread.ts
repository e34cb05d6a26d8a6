// The thread that lives in greylist.db: one batch of tries after the other. See `open-greylist.ts`.

import { workerData } from 'node:worker_threads';
import type { GreylistAnswer, Triplet } from '#mail/ports/greylist.ts';
import { isBroken, openDisposableDatabase } from '#platform/files/disposable-database.ts';
import { answerOrders, reportToLog } from '#platform/machine/answer-orders.ts';
import { type GreylistBounds, GreylistDatabase } from './greylist-database.ts';

export interface TryOrder {
  readonly tries: readonly Triplet[];
  readonly nowMs: number;
  /** As they are at the moment: settings may change. */
  readonly bounds: GreylistBounds;
}

const TRIES_BETWEEN_PRUNINGS = 2_000;
const KIND = { open: (file: string) => new GreylistDatabase(file), contents: 'first tries' };

const path = workerData as string;
let database = openDisposableDatabase(path, KIND, Date.now(), reportToLog);
let triesUntilPruning = 0;

answerOrders(look);

function look(order: TryOrder): readonly GreylistAnswer[] {
  triesUntilPruning -= order.tries.length;
  try {
    return lookInDatabase(order);
  } catch (error) {
    if (!isBroken(error)) throw error;
    // The file broke while it was open: the next opening sets it aside.
    database[Symbol.dispose]();
    database = openDisposableDatabase(path, KIND, Date.now(), reportToLog);
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
