// Results of TLS on the disk, in a thread beside the event loop. They gather in memory for a while, so that a delivery costs
// a look into a map; the thread begins with the first of them.

import { Worker } from 'node:worker_threads';
import { WorldError } from '#base/world-error.ts';
import type { Alarm } from '#mail/ports/alarm.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Log } from '#mail/ports/log.ts';
import type { TlsResults } from '#mail/ports/tls-results.ts';
import { type ResultRow, ResultSums } from '#mail/tls-reports/result-sums.ts';
import type { TlsResult } from '#mail/tls-reports/tls-result.ts';
import type { DueReport } from './result-database.ts';
import type { ResultAnswer, ResultOrder } from './result-thread.ts';

export interface ResultsWorld {
  readonly file: string;
  /** Of the wall: reports go by its days. */
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly log: Log;
}

const GATHER_MS = 5_000;

interface Waiting {
  readonly resolve: (value: Extract<ResultAnswer, { kind: 'done' }>['value']) => void;
  readonly reject: (error: WorldError) => void;
}

export class OpenResults implements TlsResults, AsyncDisposable {
  readonly #world: ResultsWorld;
  readonly #most: number;
  readonly #sums: ResultSums;
  #worker: Worker | undefined;
  /** In the order of their orders. */
  #waiting: Waiting[] = [];
  #writing: Disposable | undefined;

  /** `most`: `tls_report_rows_limit`. */
  constructor(world: ResultsWorld, most: number) {
    this.#world = world;
    this.#most = most;
    this.#sums = new ResultSums(most);
  }

  add(result: TlsResult): void {
    this.#sums.add(result, this.#world.clock.nowMs());
    this.#writing ??= this.#world.alarm.after(GATHER_MS, () => void this.flush());
  }

  /** What has gathered is on its way to the disk; a failure is for the log. */
  async flush(): Promise<void> {
    this.#writing?.[Symbol.dispose]();
    this.#writing = undefined;
    if (this.#sums.isEmpty) return;
    try {
      await this.#order({ kind: 'add', rows: this.#sums.take(), most: this.#most });
    } catch (error) {
      this.#world.log.write('warn', 'tlsrpt', `results were not counted: ${String(error)}`);
    }
  }

  /** Of days before `day`. Throws WorldError, as the others do. */
  async due(day: string, limit: number): Promise<readonly DueReport[]> {
    return (await this.#order({ kind: 'due', day, limit })) as readonly DueReport[];
  }

  async rows({ day, domain }: DueReport): Promise<readonly ResultRow[]> {
    return (await this.#order({ kind: 'rows', day, domain })) as readonly ResultRow[];
  }

  async markSent({ day, domain }: DueReport, place: string): Promise<void> {
    await this.#order({ kind: 'mark-sent', day, domain, place });
  }

  async remove({ day, domain }: DueReport): Promise<void> {
    await this.#order({ kind: 'remove', day, domain });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush();
    const worker = this.#worker;
    this.#lose(worker, 'the server stops');
    await worker?.terminate();
  }

  #order(order: ResultOrder): Promise<Extract<ResultAnswer, { kind: 'done' }>['value']> {
    const { promise, resolve, reject } = Promise.withResolvers<Extract<ResultAnswer, { kind: 'done' }>['value']>();
    this.#waiting.push({ resolve, reject });
    this.#worker ??= this.#start();
    this.#worker.ref();
    this.#worker.postMessage(order);
    return promise;
  }

  #start(): Worker {
    const worker = new Worker(new URL('./result-thread.ts', import.meta.url), { workerData: this.#world.file });
    worker.on('message', (answer: ResultAnswer) => this.#hear(answer));
    worker.on('error', (error) => this.#lose(worker, error.message));
    worker.on('exit', () => this.#lose(worker, 'its thread ended'));
    return worker;
  }

  #hear(answer: ResultAnswer): void {
    if (answer.kind === 'report') {
      this.#world.log.write('warn', 'tlsrpt', answer.text);
      return;
    }
    const waiting = this.#waiting.shift();
    if (answer.kind === 'done') waiting?.resolve(answer.value);
    else waiting?.reject(failed(answer.message));
    if (this.#waiting.length === 0) this.#worker?.unref();
  }

  /** Whoever waits is told; the next order starts a new thread. */
  #lose(worker: Worker | undefined, message: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.splice(0)) reject(failed(message));
  }
}

function failed(message: string): WorldError {
  return new WorldError('results of TLS', { transient: true, cause: new Error(message) });
}
