// The thread that lives in journeys.db: it does one order after the other and answers each. See `open-journeys.ts`.

import { parentPort, workerData } from 'node:worker_threads';
import { unreachable } from '#base/unreachable.ts';
import type { RecordedEvent } from '#mail/journey/event.ts';
import type { JourneyBounds } from './journey-database.ts';
import type { JourneyRow } from './journey-row.ts';
import { isBroken, openJourneyDatabase } from './open-database.ts';

export interface ThreadSettings {
  readonly path: string;
  readonly bounds: JourneyBounds;
}

export type JourneyOrder =
  | { readonly kind: 'write'; readonly rows: readonly JourneyRow[]; readonly nowMs: number }
  | { readonly kind: 'find'; readonly id: string };

export type JourneyAnswer =
  | { readonly kind: 'done' }
  | { readonly kind: 'found'; readonly journeys: RecordedEvent[][] }
  | { readonly kind: 'failed'; readonly message: string }
  /** Not an answer: something that the log should say. */
  | { readonly kind: 'report'; readonly text: string };

const ROWS_BETWEEN_PRUNINGS = 5_000;

const { path, bounds } = workerData as ThreadSettings;
const report = (text: string) => answer({ kind: 'report', text });
let database = openJourneyDatabase(path, Date.now(), report);
let rowsUntilPruning = 0;

parentPort?.on('message', (order: JourneyOrder) => {
  try {
    answer(perform(order));
  } catch (error) {
    if (isBroken(error)) startAnew();
    answer({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
});

function perform(order: JourneyOrder): JourneyAnswer {
  switch (order.kind) {
    case 'write':
      write(order.rows, order.nowMs);
      return { kind: 'done' };
    case 'find':
      return { kind: 'found', journeys: database.find(order.id) };
    default:
      return unreachable(order);
  }
}

function write(rows: readonly JourneyRow[], nowMs: number): void {
  try {
    database.write(rows);
  } catch (error) {
    if (!isBroken(error)) throw error;
    startAnew();
    database.write(rows);
  }
  rowsUntilPruning -= rows.length;
  if (rowsUntilPruning > 0) return;
  rowsUntilPruning = ROWS_BETWEEN_PRUNINGS;
  database.prune(bounds, nowMs);
}

/** The file broke while it was open: the next opening sets it aside. */
function startAnew(): void {
  database[Symbol.dispose]();
  database = openJourneyDatabase(path, Date.now(), report);
}

function answer(message: JourneyAnswer): void {
  parentPort?.postMessage(message);
}
