// The thread that lives in reports.db: it does one order after the other and answers each. See `threaded-report-store.ts`.

import { parentPort, workerData } from 'node:worker_threads';
import { isBroken, openDisposableDatabase } from '#platform/files/disposable-database.ts';
import { type ReportBounds, ReportDatabase } from './report-database.ts';
import { performReportOrder, type ReportOrder } from './report-order.ts';

export interface OrderInThread {
  readonly order: ReportOrder;
  readonly nowMs: number;
  readonly bounds: ReportBounds;
}

export type ThreadAnswer =
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly message: string }
  /** Not an answer: something that the log should say. */
  | { readonly kind: 'report'; readonly text: string };

const PRUNE_EVERY_MS = 600_000;
const KIND = { open: (file: string) => new ReportDatabase(file), contents: 'reports' };

const path = workerData as string;
const report = (text: string) => answer({ kind: 'report', text });
let database = openDisposableDatabase(path, KIND, Date.now(), report);
let nextPruningMs = 0;

parentPort?.on('message', ({ order, nowMs, bounds }: OrderInThread) => {
  try {
    const value = performReportOrder(database, order, { nowMs, bounds });
    // Whatever grows may have grown beyond its bounds.
    if (order.method === 'keep' || nowMs >= nextPruningMs) {
      nextPruningMs = nowMs + PRUNE_EVERY_MS;
      database.prune(bounds, nowMs);
    }
    answer({ kind: 'done', value });
  } catch (error) {
    if (isBroken(error)) startAnew();
    answer({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
});

/** The file broke while it was open: the next opening sets it aside. */
function startAnew(): void {
  database[Symbol.dispose]();
  database = openDisposableDatabase(path, KIND, Date.now(), report);
}

function answer(message: ThreadAnswer): void {
  parentPort?.postMessage(message);
}
