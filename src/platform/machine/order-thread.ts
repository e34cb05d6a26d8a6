// One thread for what lives on the disk and would stop the event loop: it carries out orders in their order and answers each
// (`answer-orders.ts` is its own side). It begins with the first order, so that who needs none has none, keeps no process alive
// while nobody waits, and is begun anew by the next order after it broke.

import { Worker } from 'node:worker_threads';
import { WorldError } from '#base/world-error.ts';
import type { OrderAnswer } from './answer-orders.ts';

export interface OrderThreadSettings {
  /** The module that it runs. */
  readonly code: URL;
  /** Its `workerData`. */
  readonly data: unknown;
  /** What is done there, for errors: `greylist`. */
  readonly operation: string;
  /** Orders that wait; more are refused. */
  readonly mostWaiting: number;
  /** It has a line for the log. */
  readonly report: (text: string) => void;
}

const STOPPING = 'the server stops';

interface Waiting<Value> {
  readonly resolve: (value: Value) => void;
  readonly reject: (error: WorldError) => void;
}

export class OrderThread<Order, Value> implements AsyncDisposable {
  readonly #settings: OrderThreadSettings;
  /** In the order of their orders. */
  readonly #waiting: Waiting<Value>[] = [];
  #worker: Worker | undefined;
  #isClosed = false;

  constructor(settings: OrderThreadSettings) {
    this.#settings = settings;
  }

  /** Throws WorldError. */
  perform(order: Order): Promise<Value> {
    if (this.#isClosed) return Promise.reject(this.#failed(STOPPING));
    if (this.#waiting.length >= this.#settings.mostWaiting) return Promise.reject(this.#failed('too many wait for it'));
    const { promise, resolve, reject } = Promise.withResolvers<Value>();
    this.#worker ??= this.#start();
    this.#waiting.push({ resolve, reject });
    this.#worker.ref();
    this.#worker.postMessage(order);
    return promise;
  }

  /** Whoever waits is refused, and whoever comes. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    const worker = this.#worker;
    this.#lose(worker, STOPPING);
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(this.#settings.code, { workerData: this.#settings.data });
    worker.on('message', (answer: OrderAnswer<Value>) => this.#hear(answer));
    worker.on('error', (error) => this.#lose(worker, error.message));
    worker.on('exit', () => this.#lose(worker, 'its thread ended'));
    return worker;
  }

  #hear(answer: OrderAnswer<Value>): void {
    if (answer.kind === 'report') {
      this.#settings.report(answer.text);
      return;
    }
    const waiting = this.#waiting.shift();
    if (this.#waiting.length === 0) this.#worker?.unref();
    if (answer.kind === 'done') waiting?.resolve(answer.value);
    else waiting?.reject(this.#failed(answer.message));
  }

  #lose(worker: Worker | undefined, message: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failed(message));
  }

  #failed(message: string): WorldError {
    return new WorldError(this.#settings.operation, { transient: true, cause: new Error(message) });
  }
}
