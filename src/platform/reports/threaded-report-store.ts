// The store of reports, in a thread beside the event loop.

import type { Clock } from '#mail/ports/clock.ts';
import type { Log } from '#mail/ports/log.ts';
import type { ReportStore } from '#mail/ports/report-store.ts';
import { OrderThread } from '#platform/machine/order-thread.ts';
import type { ReportBounds } from './report-database.ts';
import { storeOf } from './report-order.ts';
import type { OrderInThread } from './report-thread.ts';

export interface ReportStoreWorld {
  readonly file: string;
  /** Of the wall: what is kept outlives the server. */
  readonly clock: Clock;
  readonly log: Log;
  readonly bounds: () => ReportBounds;
}

const MOST_WAITING = 1_000;

export class ReportThread implements AsyncDisposable {
  readonly store: ReportStore;
  readonly #thread: OrderThread<OrderInThread, unknown>;

  constructor({ file, clock, log, bounds }: ReportStoreWorld) {
    this.#thread = new OrderThread({
      code: new URL('./report-thread.ts', import.meta.url),
      data: file,
      operation: 'reports',
      mostWaiting: MOST_WAITING,
      report: (text) => log.write('warn', 'reports', text),
    });
    this.store = storeOf((order) => this.#thread.perform({ order, nowMs: clock.nowMs(), bounds: bounds() }));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#thread[Symbol.asyncDispose]();
  }
}
