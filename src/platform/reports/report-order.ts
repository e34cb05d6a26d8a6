// What the store of reports is asked to do, as data: a thread does it, or a command that has the file to itself.

import { unreachable } from '#base/unreachable.ts';
import type { ReportStore } from '#mail/ports/report-store.ts';
import type { ReportBounds, ReportDatabase } from './report-database.ts';

export type ReportOrder = {
  readonly [Method in keyof ReportStore]: {
    readonly method: Method;
    readonly args: Readonly<Parameters<ReportStore[Method]>>;
  };
}[keyof ReportStore];

export function performReportOrder(
  database: ReportDatabase,
  order: ReportOrder,
  { nowMs, bounds }: { readonly nowMs: number; readonly bounds: ReportBounds },
): unknown {
  switch (order.method) {
    case 'addSums':
      return database.outgoing.addSums(...order.args, bounds);
    case 'findDue':
      return database.outgoing.findDue(order.args, nowMs);
    case 'postpone':
      return database.outgoing.postpone(...order.args);
    case 'close':
      return database.outgoing.close(...order.args);
    case 'keep':
      return database.received.keep(...order.args, bounds);
    case 'list':
      return database.received.list(...order.args);
    case 'find':
      return database.received.find(...order.args);
    case 'summarize':
      return database.received.summarize(...order.args);
    case 'listSent':
      return database.outgoing.listSent(...order.args);
    default:
      return unreachable(order);
  }
}

/** Whoever performs orders is a store. The answer is what the method of that name gives. */
export function storeOf(perform: (order: ReportOrder) => Promise<unknown>): ReportStore {
  return {
    addSums: (...args) => perform({ method: 'addSums', args }) as ReturnType<ReportStore['addSums']>,
    findDue: (...args) => perform({ method: 'findDue', args }) as ReturnType<ReportStore['findDue']>,
    postpone: (...args) => perform({ method: 'postpone', args }) as ReturnType<ReportStore['postpone']>,
    close: (...args) => perform({ method: 'close', args }) as ReturnType<ReportStore['close']>,
    keep: (...args) => perform({ method: 'keep', args }) as ReturnType<ReportStore['keep']>,
    list: (...args) => perform({ method: 'list', args }) as ReturnType<ReportStore['list']>,
    find: (...args) => perform({ method: 'find', args }) as ReturnType<ReportStore['find']>,
    summarize: (...args) => perform({ method: 'summarize', args }) as ReturnType<ReportStore['summarize']>,
    listSent: (...args) => perform({ method: 'listSent', args }) as ReturnType<ReportStore['listSent']>,
  };
}
