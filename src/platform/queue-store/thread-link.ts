// Orders to the queue's thread and its answers. While one batch is out the next one gathers: that is the whole of group
// commit, and a lone order goes at once.

import { Worker } from 'node:worker_threads';
import { unreachable } from '#base/unreachable.ts';
import { WorldError } from '#base/world-error.ts';
import type { Log } from '#mail/ports/log.ts';
import type { OrderOutcome, QueueOrder, ThreadMessage, ThreadSettings } from './queue-orders.ts';

const MOST_IN_BATCH = 1_000;

interface Waiting {
  readonly order: QueueOrder;
  readonly answer: (outcome: OrderOutcome) => void;
}

export class ThreadLink {
  readonly #worker: Worker;
  readonly #log: Log;
  readonly #opened = Promise.withResolvers<string>();
  readonly #ended = Promise.withResolvers<void>();
  #waiting: Waiting[] = [];
  #out: Waiting[] = [];
  #failure: string | undefined;

  constructor(settings: ThreadSettings, log: Log) {
    this.#log = log;
    this.#worker = new Worker(new URL('./queue-thread.ts', import.meta.url), { workerData: settings });
    this.#worker.on('message', (message: ThreadMessage) => this.#hear(message));
    this.#worker.on('error', (error) => this.#lose(error.message));
    this.#worker.on('exit', () => this.#lose('the queue was closed'));
  }

  /** The newest id that it knows. Throws WorldError when the queue cannot be opened. */
  opened(): Promise<string> {
    return this.#opened.promise;
  }

  async perform<T>(order: QueueOrder): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<OrderOutcome>();
    if (this.#failure !== undefined) throw failed(order.kind, this.#failure);
    this.#waiting.push({ order, answer: resolve });
    this.#send();
    const outcome = await promise;
    if (!outcome.ok) throw failed(order.kind, outcome.message);
    // The thread answers each kind with its own type: `carryOut` in queue-thread.ts.
    return outcome.value as T;
  }

  /** What was ordered is done first. */
  async close(): Promise<void> {
    while (this.#failure === undefined && (this.#out.length > 0 || this.#waiting.length > 0)) {
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    this.#worker.postMessage('close');
    await this.#ended.promise;
  }

  #send(): void {
    if (this.#out.length > 0 || this.#waiting.length === 0) return;
    this.#out = this.#waiting.splice(0, MOST_IN_BATCH);
    this.#worker.postMessage(this.#out.map(({ order }) => order));
  }

  #hear(message: ThreadMessage): void {
    switch (message.kind) {
      case 'opened':
        this.#opened.resolve(message.newestId);
        break;
      case 'not-opened':
        this.#opened.reject(failed('opening it', message.message));
        break;
      case 'report':
        this.#log.write('error', 'qmgr', message.text);
        break;
      case 'done':
        this.#settle(message.outcomes);
        break;
      default:
        unreachable(message);
    }
  }

  /** The next batch leaves before those of this one go on. */
  #settle(outcomes: readonly OrderOutcome[]): void {
    const out = this.#out;
    this.#out = [];
    this.#send();
    for (const [i, { answer }] of out.entries()) answer(outcomes[i] ?? { ok: false, message: 'no answer' });
  }

  #lose(message: string): void {
    this.#failure ??= message;
    this.#opened.reject(failed('opening it', message));
    for (const { answer } of [...this.#out.splice(0), ...this.#waiting.splice(0)]) answer({ ok: false, message });
    this.#ended.resolve();
  }
}

function failed(operation: string, message: string): WorldError {
  return new WorldError(`queue: ${operation}`, { transient: true, cause: new Error(message) });
}
