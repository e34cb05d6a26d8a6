// All that has to do with reports about mail, put together: acceptance tells `messages` of what it decided, `begin` lets the
// daily reports go out, and `admin` shows what came in. The settings may change at any time.

import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { findKeys } from '#mail/acceptance/signing.ts';
import type { Alarm } from '#mail/ports/alarm.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Log } from '#mail/ports/log.ts';
import type { MessageReports } from '#mail/ports/message-reports.ts';
import type { OwnMail } from '#mail/ports/own-mail.ts';
import type { Randomness } from '#mail/ports/randomness.ts';
import type { ReportAdmin, ReportSending } from '#mail/ports/report-admin.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import type { Signer } from '#mail/ports/signer.ts';
import { DaySums } from '#mail/reports/day-sums.ts';
import { type DeskSettings, ReportDesk } from '#mail/reports/report-desk.ts';
import { ReportDispatch } from '#mail/reports/report-dispatch.ts';
import { nameSenders } from './name-senders.ts';
import { DEFAULT_READING_LIMITS } from './read-report.ts';
import type { ReportBounds } from './report-database.ts';
import { ThreadedReader } from './threaded-reader.ts';
import { ReportThread } from './threaded-report-store.ts';

/** Those of `valija.toml` by the same names. */
export interface ReportSettings {
  readonly mydomain: string;
  readonly dmarc_send_reports: 'auto' | 'yes' | 'no';
  readonly dmarc_report_from?: string | undefined;
  readonly dmarc_report_organization?: string | undefined;
  readonly dmarc_report_delay: number;
  readonly dmarc_report_row_limit: number;
  readonly report_recipients: readonly string[];
  readonly report_message_size_limit: number;
  readonly report_unpacked_limit: number;
  readonly report_daily_limit: number;
  readonly report_lifetime: number;
  readonly report_size_limit: number;
  readonly dkim_sign: boolean;
  readonly dkim_sign_subdomains: boolean;
}

export interface ReportsWorld {
  readonly file: string;
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly randomness: Randomness;
  readonly log: Log;
  readonly signer: Pick<Signer, 'keysFor'>;
}

export interface Outside {
  readonly ownMail: OwnMail;
  readonly dns: Resolver;
  /** What stands behind the reports: `Valija 1.0`. */
  readonly generator: string;
}

export class Reports implements AsyncDisposable {
  readonly messages: MessageReports;
  readonly #world: ReportsWorld;
  readonly #thread: ReportThread;
  readonly #reader: ThreadedReader;
  readonly #sums: DaySums;
  readonly #desk: ReportDesk;
  #settings: ReportSettings;
  #dispatch: ReportDispatch | undefined;

  constructor(world: ReportsWorld, settings: ReportSettings) {
    this.#world = world;
    this.#settings = settings;
    this.#thread = new ReportThread({ ...world, bounds: () => boundsOf(this.#settings) });
    this.#reader = new ThreadedReader(() => ({
      ...DEFAULT_READING_LIMITS,
      unpackedOctets: this.#settings.report_unpacked_limit,
    }));
    const { store } = this.#thread;
    this.#sums = new DaySums({ ...world, store });
    const isSending = () => this.#settings.dmarc_send_reports !== 'no';
    const desk = { ...world, sums: this.#sums, reader: this.#reader, store, isSending };
    this.#desk = new ReportDesk(desk, deskSettings(settings));
    this.messages = this.#desk;
  }

  /** Daily reports go out from now on. */
  begin(outside: Outside): ReportAdmin & ReportSending {
    const { store } = this.#thread;
    const dispatch = new ReportDispatch({
      ...this.#world,
      ...outside,
      store,
      compress: (pieces) => buffer(Readable.from(pieces).pipe(createGzip())),
      settings: () => senderOf(this.#settings),
      flush: () => this.#sums.flush(),
      maySend: () => this.#maySend(),
    });
    this.#dispatch = dispatch;
    dispatch.start();
    return {
      list: (search) => store.list(search),
      find: (id) => store.find(id),
      listSent: (search) => store.listSent(search),
      summarize: async (search) => nameSenders(await store.summarize(search), outside.dns),
      sendNow: (withToday) => dispatch.sendNow(withToday),
    };
  }

  change(settings: ReportSettings): void {
    this.#settings = settings;
    this.#desk.change(deskSettings(settings));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#dispatch?.[Symbol.dispose]();
    await this.#sums.flush();
    await this.#reader[Symbol.asyncDispose]();
    await this.#desk.settle();
    await this.#thread[Symbol.asyncDispose]();
  }

  /** Where nothing would sign the reports, nobody could tell them from forged ones. RFC 9990 §3.5.2. */
  async #maySend(): Promise<boolean> {
    const { dmarc_send_reports, dkim_sign, dkim_sign_subdomains } = this.#settings;
    if (dmarc_send_reports !== 'auto') return dmarc_send_reports === 'yes';
    if (!dkim_sign) return false;
    const { from } = senderOf(this.#settings);
    const domain = from.slice(from.lastIndexOf('@') + 1);
    return (await findKeys(this.#world.signer, domain, dkim_sign_subdomains)).length > 0;
  }
}

function senderOf({ mydomain, dmarc_report_from, dmarc_report_organization }: ReportSettings) {
  return { from: dmarc_report_from ?? `postmaster@${mydomain}`, organisation: dmarc_report_organization ?? mydomain };
}

function boundsOf(settings: ReportSettings): ReportBounds {
  return {
    maxAgeMs: settings.report_lifetime,
    maxBytes: settings.report_size_limit,
    rows: settings.dmarc_report_row_limit,
    ofAuthorPerDay: settings.report_daily_limit,
  };
}

function deskSettings(settings: ReportSettings): DeskSettings {
  return {
    reportRecipients: settings.report_recipients,
    mostOctets: settings.report_message_size_limit,
    mostDelayMs: settings.dmarc_report_delay,
  };
}
