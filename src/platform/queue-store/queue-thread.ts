// The thread that lives in queue.db. Orders come in batches: each is all done or not at all, and one commit, with one sync of
// the folder before it, makes the whole batch durable. While it commits the next batch gathers on the other side.

import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '#base/thrown.ts';
import { unreachable } from '#base/unreachable.ts';
import { OctetFiles } from './octet-files.ts';
import { openQueueDatabase, setAside } from './open-database.ts';
import type { QueueDatabase } from './queue-database.ts';
import type { OrderOutcome, QueueOrder, ThreadMessage, ThreadSettings } from './queue-orders.ts';

const WRITING: ReadonlySet<QueueOrder['kind']> = new Set([
  'keep',
  'finish',
  'record',
  'mark-warned',
  'mend-times',
  'change',
  'set-aside',
]);

const { places, nowMs } = workerData as ThreadSettings;
const files = new OctetFiles(places.folder);
const database = open();

if (database !== undefined) {
  say({ kind: 'opened', newestId: database.newestId() });
  parentPort?.on('message', (batch: readonly QueueOrder[] | 'close') => {
    if (batch !== 'close') return say({ kind: 'done', outcomes: perform(database, batch) });
    database[Symbol.dispose]();
    parentPort?.close();
  });
}

function open(): QueueDatabase | undefined {
  try {
    return openQueueDatabase(places, files, nowMs, report);
  } catch (error) {
    say({ kind: 'not-opened', message: messageOf(error) });
    return undefined;
  }
}

function perform(database: QueueDatabase, batch: readonly QueueOrder[]): OrderOutcome[] {
  if (!batch.some(({ kind }) => WRITING.has(kind)))
    return setDamagedAside(
      database,
      batch.map((order) => answer(database, order)),
    );
  try {
    database.begin();
    const outcomes = batch.map((order) => answer(database, order));
    if (batch.some(({ kind }) => kind === 'keep')) files.sync();
    database.commit();
    return setDamagedAside(database, outcomes);
  } catch (error) {
    // The disk is full, or failed: nothing of the batch is promised.
    database.rollback();
    return batch.map(() => ({ ok: false, message: messageOf(error) }));
  }
}

function answer(database: QueueDatabase, order: QueueOrder): OrderOutcome {
  try {
    const value = WRITING.has(order.kind)
      ? database.separately(() => carryOut(database, order))
      : carryOut(database, order);
    return { ok: true, value };
  } catch (error) {
    return { ok: false, message: messageOf(error) };
  }
}

function carryOut(database: QueueDatabase, order: QueueOrder): unknown {
  switch (order.kind) {
    case 'keep':
      if (database.isKept(order.message.queue_id)) return files.discard(order.message.queue_id);
      files.settle(order.message.queue_id);
      return database.keep(order.message, order.recipients);
    case 'finish':
      return database.finish(order.queueId, order.nowMs);
    case 'record':
      return database.record(order.queueId, order.changes, order.nowMs);
    case 'mark-warned':
      return database.markWarned(order.queueId);
    case 'mend-times':
      return database.mendTimes(order.latestMs, order.nowMs);
    case 'change':
      return database.change(order.queueIds, order.change);
    case 'set-aside':
      return setAside(database, files, order.queueId, order.reason, report);
    case 'find':
      return database.find(order.queueId);
    case 'due-destinations':
      return database.dueDestinations(order.limit);
    case 'load-due':
      return database.loadDue(order.request);
    case 'load':
      return database.load(order.queueId);
    case 'unreported':
      return database.unreported(order.afterId, order.limit);
    case 'unwarned':
      return database.unwarned(order.arrivedBeforeMs, order.limit);
    case 'list':
      return database.list(order.filter, order.afterId, order.limit);
    case 'count':
      return database.count();
    default:
      return unreachable(order);
  }
}

/** Rows that could not be read while others were: they would be met again and again. */
function setDamagedAside(database: QueueDatabase, outcomes: OrderOutcome[]): OrderOutcome[] {
  for (const { queueId, reason } of database.damaged.splice(0)) {
    const outcome = answer(database, { kind: 'set-aside', queueId, reason });
    if (!outcome.ok) report(`${queueId}: damaged (${reason}), and cannot be set aside: ${outcome.message}`);
  }
  return outcomes;
}

function report(text: string): void {
  say({ kind: 'report', text });
}

function say(message: ThreadMessage): void {
  parentPort?.postMessage(message);
}
