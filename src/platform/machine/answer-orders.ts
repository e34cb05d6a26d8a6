// The side of an order thread (`order-thread.ts`) that does the work.

import { parentPort } from 'node:worker_threads';
import { messageOf } from '#base/thrown.ts';

export type OrderAnswer<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'failed'; readonly message: string }
  /** Not an answer: something that the log should say. */
  | { readonly kind: 'report'; readonly text: string };

/** What `perform` throws is the answer to that one order. */
export function answerOrders<Order>(perform: (order: Order) => unknown): void {
  parentPort?.on('message', (order: Order) => parentPort?.postMessage(answerTo(order, perform)));
}

function answerTo<Order>(order: Order, perform: (order: Order) => unknown): OrderAnswer<unknown> {
  try {
    return { kind: 'done', value: perform(order) };
  } catch (error) {
    return { kind: 'failed', message: messageOf(error) };
  }
}

export function reportToLog(text: string): void {
  parentPort?.postMessage({ kind: 'report', text } satisfies OrderAnswer<never>);
}
