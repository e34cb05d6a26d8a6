// The thread that lives in reports.db: it does one order after the other and answers each. See `threaded-report-store.ts`.

import { workerData } from 'node:worker_threads';
import { isBroken, openDisposableDatabase } from '#platform/files/disposable-database.ts';
import { answerOrders, reportToLog } from '#platform/machine/answer-orders.ts';
import { type ReportBounds, ReportDatabase } from './report-database.ts';
import { performReportOrder, type ReportOrder } from './report-order.ts';

export interface OrderInThread {
  readonly order: ReportOrder;
  readonly nowMs: number;
  readonly bounds: ReportBounds;
}

const PRUNE_EVERY_MS = 600_000;
const KIND = { open: (file: string) => new ReportDatabase(file), contents: 'reports' };

const path = workerData as string;
let database = openDisposableDatabase(path, KIND, Date.now(), reportToLog);
let nextPruningMs = 0;

answerOrders<OrderInThread>(({ order, nowMs, bounds }) => {
  try {
    const value = performReportOrder(database, order, { nowMs, bounds });
    // Whatever grows may have grown beyond its bounds.
    if (order.method === 'keep' || nowMs >= nextPruningMs) {
      nextPruningMs = nowMs + PRUNE_EVERY_MS;
      database.prune(bounds, nowMs);
    }
    return value;
  } catch (error) {
    if (isBroken(error)) startAnew();
    throw error;
  }
});

/** The file broke while it was open: the next opening sets it aside. */
function startAnew(): void {
  database[Symbol.dispose]();
  database = openDisposableDatabase(path, KIND, Date.now(), reportToLog);
}
