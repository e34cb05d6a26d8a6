// Results of TLS on the disk, in a thread beside the event loop. They gather in memory for a while, so that a delivery costs
// a look into a map; the thread begins with the first of them.

import type { Alarm } from '#mail/ports/alarm.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Log } from '#mail/ports/log.ts';
import type { TlsResults } from '#mail/ports/tls-results.ts';
import { type ResultRow, ResultSums } from '#mail/tls-reports/result-sums.ts';
import type { TlsResult } from '#mail/tls-reports/tls-result.ts';
import { OrderThread } from '#platform/machine/order-thread.ts';
import type { DueReport, ReportKey } from './result-database.ts';
import type { ResultOrder, ResultValue } from './result-thread.ts';

export interface ResultsWorld {
  readonly file: string;
  /** Of the wall: reports go by its days. */
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly log: Log;
}

const GATHER_MS = 5_000;

/** One at a time while a round of reports is made, and what gathers. */
const MOST_WAITING = 1_000;

export class OpenResults implements TlsResults, AsyncDisposable {
  readonly #world: ResultsWorld;
  readonly #most: number;
  readonly #sums: ResultSums;
  readonly #thread: OrderThread<ResultOrder, ResultValue>;
  #writing: Disposable | undefined;

  /** `most`: `tls_report_rows_limit`. */
  constructor(world: ResultsWorld, most: number) {
    this.#world = world;
    this.#most = most;
    this.#sums = new ResultSums(most);
    this.#thread = new OrderThread({
      code: new URL('./result-thread.ts', import.meta.url),
      data: world.file,
      operation: 'results of TLS',
      mostWaiting: MOST_WAITING,
      report: (text) => world.log.write('warn', 'tlsrpt', text),
    });
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
      await this.#thread.perform({ kind: 'add', rows: this.#sums.take(), most: this.#most });
    } catch (error) {
      this.#world.log.write('warn', 'tlsrpt', `results were not counted: ${String(error)}`);
    }
  }

  /** Of days before `day`, from behind `after` on. Throws WorldError, as the others do. */
  async due(day: string, limit: number, after?: ReportKey): Promise<readonly DueReport[]> {
    return (await this.#thread.perform({ kind: 'due', day, limit, after })) as readonly DueReport[];
  }

  async rows({ day, domain }: ReportKey): Promise<readonly ResultRow[]> {
    return (await this.#thread.perform({ kind: 'rows', day, domain })) as readonly ResultRow[];
  }

  async markSent({ day, domain }: ReportKey, place: string): Promise<void> {
    await this.#thread.perform({ kind: 'mark-sent', day, domain, place });
  }

  async remove({ day, domain }: ReportKey): Promise<void> {
    await this.#thread.perform({ kind: 'remove', day, domain });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush();
    await this.#thread[Symbol.asyncDispose]();
  }
}
