// The thread that lives in tls-results.db: it does one order after the other and answers each. See `open-results.ts`.

import { workerData } from 'node:worker_threads';
import { unreachable } from '#base/unreachable.ts';
import type { ResultRow } from '#mail/tls-reports/result-sums.ts';
import { type DatabaseKind, isBroken, openDisposableDatabase } from '#platform/files/disposable-database.ts';
import { answerOrders, reportToLog } from '#platform/machine/answer-orders.ts';
import { type DueReport, type ReportKey, ResultDatabase } from './result-database.ts';

export type ResultOrder =
  | { readonly kind: 'add'; readonly rows: readonly ResultRow[]; readonly most: number }
  | { readonly kind: 'due'; readonly day: string; readonly limit: number; readonly after: ReportKey | undefined }
  | { readonly kind: 'rows'; readonly day: string; readonly domain: string }
  | { readonly kind: 'mark-sent'; readonly day: string; readonly domain: string; readonly place: string }
  | { readonly kind: 'remove'; readonly day: string; readonly domain: string };

export type ResultValue = readonly DueReport[] | readonly ResultRow[] | undefined;

const KIND: DatabaseKind<ResultDatabase> = { open: (file) => new ResultDatabase(file), contents: 'results of TLS' };

const path = workerData as string;
let database = openDisposableDatabase(path, KIND, Date.now(), reportToLog);

answerOrders<ResultOrder>((order) => {
  try {
    return perform(order);
  } catch (error) {
    if (isBroken(error)) startAnew();
    throw error;
  }
});

function perform(order: ResultOrder): ResultValue {
  switch (order.kind) {
    case 'add':
      database.add(order.rows, order.most);
      return undefined;
    case 'due':
      return database.due(order.day, order.limit, order.after);
    case 'rows':
      return database.rows(order.day, order.domain);
    case 'mark-sent':
      database.markSent(order.day, order.domain, order.place);
      return undefined;
    case 'remove':
      database.remove(order.day, order.domain);
      return undefined;
    default:
      return unreachable(order);
  }
}

/** The file broke while it was open: the next opening sets it aside. */
function startAnew(): void {
  database[Symbol.dispose]();
  database = openDisposableDatabase(path, KIND, Date.now(), reportToLog);
}
