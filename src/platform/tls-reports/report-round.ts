// Once a day, at a random moment after midnight UTC: for each domain whose servers were called the day before, and that asks
// for it, a report. What cannot be delivered is tried again every hour, for a while. RFC 8460 §3, §4.1, §5.

import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { WorldError } from '#base/world-error.ts';
import type { Alarm } from '#mail/ports/alarm.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Log } from '#mail/ports/log.ts';
import type { OwnMail } from '#mail/ports/own-mail.ts';
import type { Randomness } from '#mail/ports/randomness.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import { composeReportMail } from '#mail/tls-reports/report-message.ts';
import { findReportPlaces, nameOfPlace, type ReportPlace, reportRecordName } from '#mail/tls-reports/report-record.ts';
import { dayOf } from '#mail/tls-reports/result-sums.ts';
import { formatTlsReport, type TlsReport } from '#mail/tls-reports/tls-report.ts';
import type { OpenResults } from './open-results.ts';
import type { PostReport } from './post-report.ts';
import type { DueReport } from './result-database.ts';

export interface ReportRoundWorld {
  readonly results: OpenResults;
  readonly resolver: Resolver;
  readonly ownMail: OwnMail;
  readonly postReport: PostReport;
  /** Of the wall. */
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly randomness: Randomness;
  readonly log: Log;
}

export interface ReportSettings {
  /** `tls_report_sender` */
  readonly sender: string;
  /** Ours: who reports, and whose Report-IDs these are. */
  readonly submitter: string;
  readonly delayMs: number;
  readonly lifetimeMs: number;
}

const DAY_MS = 86_400_000;
const RETRY_MS = 3_600_000;
/** Asked for at once, until there are no more. */
const REPORTS_AT_ONCE = 500;

const compress = promisify(gzip);

export class ReportRound implements AsyncDisposable {
  readonly #world: ReportRoundWorld;
  readonly #settings: ReportSettings;
  #wake: Disposable;
  #running: Promise<void> = Promise.resolve();
  readonly #ending = new AbortController();

  constructor(world: ReportRoundWorld, settings: ReportSettings) {
    this.#world = world;
    this.#settings = settings;
    // What an earlier process left is not forgotten until the next midnight.
    this.#wake = world.alarm.after(this.#randomMs(Math.min(settings.delayMs, RETRY_MS)), () => this.#begin());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    this.#wake[Symbol.dispose]();
    await this.#running;
  }

  #begin(): void {
    this.#running = this.run().then((isDone) => {
      if (this.#ending.signal.aborted) return;
      const nextMs = isDone ? this.#untilNextMs() : RETRY_MS;
      this.#wake = this.#world.alarm.after(nextMs, () => this.#begin());
    });
  }

  /** Some time after the next midnight, so that not all the world reports at once. */
  #untilNextMs(): number {
    return DAY_MS - (this.#world.clock.nowMs() % DAY_MS) + this.#randomMs(this.#settings.delayMs);
  }

  #randomMs(below: number): number {
    return Math.floor((this.#world.randomness.bytes(4).readUInt32BE() / 2 ** 32) * below);
  }

  /** False where something is left to be tried again. */
  async run(): Promise<boolean> {
    const { results, log } = this.#world;
    let isDone = true;
    try {
      await results.flush();
      for await (const due of this.#dueReports()) {
        if (this.#ending.signal.aborted) return false;
        isDone = (await this.#report(due)) && isDone;
      }
      return isDone;
    } catch (error) {
      log.write(error instanceof WorldError ? 'warn' : 'error', 'tlsrpt', `reports wait: ${String(error)}`);
      return false;
    }
  }

  async *#dueReports(): AsyncGenerator<DueReport> {
    const { results, clock } = this.#world;
    const today = dayOf(clock.nowMs());
    let last: DueReport | undefined;
    do {
      const reports = await results.due(today, REPORTS_AT_ONCE, last);
      yield* reports;
      last = reports.at(-1);
    } while (last !== undefined);
  }

  /** False where it is to be tried again. */
  async #report(due: DueReport): Promise<boolean> {
    const { results, resolver } = this.#world;
    const answer = await resolver.resolve(reportRecordName(due.domain), 'TXT');
    const isOver = this.#isOver(due);
    if (answer.kind === 'failed' && !isOver) return false;
    const places = answer.kind === 'found' ? findReportPlaces(answer.records) : [];
    const left = places.filter((place) => !due.sentTo.includes(nameOfPlace(place)));
    const isSent = left.length === 0 || (await this.#send(due, left));
    if (isSent || isOver) await results.remove(due);
    return isSent || isOver;
  }

  async #send(due: DueReport, places: readonly ReportPlace[]): Promise<boolean> {
    const { results, log } = this.#world;
    const report = this.#compose(due, await results.rows(due));
    const compressed = await compress(formatTlsReport(report));
    let isSent = true;
    for (const place of places) {
      try {
        await this.#deliver(place, report, compressed);
        await results.markSent(due, nameOfPlace(place));
        log.write('info', 'tlsrpt', `report of ${due.day} for ${due.domain} sent to ${nameOfPlace(place)}`);
      } catch (error) {
        isSent = false;
        log.write('warn', 'tlsrpt', `report of ${due.day} for ${due.domain}: ${nameOfPlace(place)}: ${String(error)}`);
      }
    }
    return isSent;
  }

  /** The same report bears the same id whenever it is sent. RFC 8460 §4.4. */
  #compose({ day, domain }: DueReport, rows: TlsReport['rows']): TlsReport {
    const { submitter, sender } = this.#settings;
    return { day, domain, rows, reportId: `${day}.${domain}@${submitter}`, organization: submitter, contact: sender };
  }

  async #deliver(place: ReportPlace, report: TlsReport, compressed: Buffer): Promise<void> {
    if (place.kind === 'https') return this.#world.postReport(place.url, compressed, this.#ending.signal);
    const { sender, submitter } = this.#settings;
    const nowMs = this.#world.clock.nowMs();
    const mail = composeReportMail({ report, compressed, recipient: place.address, sender, submitter, nowMs });
    await this.#world.ownMail.post(mail);
  }

  #isOver({ day }: DueReport): boolean {
    return this.#world.clock.nowMs() > Date.parse(`${day}T00:00:00Z`) + DAY_MS + this.#settings.lifetimeMs;
  }
}
