// The thread that lives in journeys.db: it does one order after the other and answers each. See `open-journeys.ts`.

import { workerData } from 'node:worker_threads';
import { messageOf } from '#base/thrown.ts';
import { unreachable } from '#base/unreachable.ts';
import type { StorySearch } from '#mail/journey/story-search.ts';
import type { FoundStories } from '#mail/ports/journey-log.ts';
import { type DatabaseKind, isBroken, openDisposableDatabase } from '#platform/files/disposable-database.ts';
import { answerOrders, reportToLog } from '#platform/machine/answer-orders.ts';
import { type JourneyBounds, JourneyDatabase } from './journey-database.ts';
import type { JourneyPiece } from './journey-piece.ts';

export interface ThreadSettings {
  readonly path: string;
  readonly bounds: JourneyBounds;
}

export type JourneyOrder =
  | { readonly kind: 'write'; readonly pieces: readonly JourneyPiece[]; readonly nowMs: number }
  | { readonly kind: 'find'; readonly search: StorySearch };

/** What a search finds; nothing for what was written. */
export type JourneyValue = FoundStories | undefined;

/** Whichever comes first: much was written, or time has passed. */
const PIECES_BETWEEN_PRUNINGS = 5_000;
const TIME_BETWEEN_PRUNINGS_MS = 3_600_000;
const KIND: DatabaseKind<JourneyDatabase> = { open: (file) => new JourneyDatabase(file), contents: 'journeys' };

const { path, bounds } = workerData as ThreadSettings;
let database = openDisposableDatabase(path, KIND, Date.now(), reportToLog);
let piecesUntilPruning = 0;
let nextPruningMs = 0;

answerOrders<JourneyOrder>((order) => {
  try {
    return perform(order);
  } catch (error) {
    if (isBroken(error)) startAnew();
    throw error;
  }
});

function perform(order: JourneyOrder): JourneyValue {
  switch (order.kind) {
    case 'write':
      write(order.pieces, order.nowMs);
      return undefined;
    case 'find':
      return database.find(order.search);
    default:
      return unreachable(order);
  }
}

function write(pieces: readonly JourneyPiece[], nowMs: number): void {
  try {
    database.write(pieces);
  } catch (error) {
    if (!isBroken(error)) throw error;
    startAnew();
    database.write(pieces);
  }
  piecesUntilPruning -= pieces.length;
  if (piecesUntilPruning > 0 && nowMs < nextPruningMs) return;
  piecesUntilPruning = PIECES_BETWEEN_PRUNINGS;
  nextPruningMs = nowMs + TIME_BETWEEN_PRUNINGS_MS;
  pruneBySlices(nowMs);
}

/** Between two slices the orders that have come meanwhile are done. */
function pruneBySlices(nowMs: number): void {
  try {
    if (database.prune(bounds, nowMs)) setImmediate(() => pruneBySlices(nowMs));
  } catch (error) {
    if (isBroken(error)) startAnew();
    reportToLog(`old journeys could not be removed: ${messageOf(error)}`);
  }
}

/** The file broke while it was open: the next opening sets it aside. */
function startAnew(): void {
  database[Symbol.dispose]();
  database = openDisposableDatabase(path, KIND, Date.now(), reportToLog);
}
