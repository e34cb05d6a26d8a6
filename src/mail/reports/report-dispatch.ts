// Sends the reports of the days that are over, each at its own time after midnight UTC. A report is sent when the server's own
// door has promised it; killed in between, it is sent again under the same name. RFC 9990 §3.5.

import { createHash } from 'node:crypto';
import { traceOf } from '#base/thrown.ts';
import { WorldError } from '#base/world-error.ts';
import type { Alarm } from '#mail/ports/alarm.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Log } from '#mail/ports/log.ts';
import type { OwnMail } from '#mail/ports/own-mail.ts';
import type { ReportSending, SendingSoFar } from '#mail/ports/report-admin.ts';
import type { DueReport, ReportKey, ReportStore, SentReport } from '#mail/ports/report-store.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { readCountedRows } from './counted-rows.ts';
import { DAY_MS } from './day-sums.ts';
import { formatAggregateReport } from './format-aggregate-report.ts';
import { readPublishedPolicy } from './policy-record.ts';
import { type Destination, findDestinations } from './report-destinations.ts';
import { formatReportMail, type ReportMail, reportIdOf } from './report-mail.ts';

export interface DispatchSettings {
  /** In From, and the contact in the report. */
  readonly from: string;
  readonly organisation: string;
}

export interface DispatchWorld {
  readonly store: Pick<ReportStore, 'findDue' | 'postpone' | 'close'>;
  readonly ownMail: OwnMail;
  readonly dns: Resolver;
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly log: Log;
  /** By gzip. */
  readonly compress: (pieces: Iterable<string>) => Promise<Buffer>;
  /** What stands behind the report: `Valija 1.0`. */
  readonly generator: string;
  readonly settings: () => DispatchSettings;
  /** Sums that still wait are in the store then. */
  readonly flush: () => Promise<void>;
  /** The settings want reports to be sent, and they could prove who sends them. */
  readonly maySend: () => Promise<boolean>;
}

/** As it was when it was sent: what came in since is not in it. */
interface Promised {
  readonly report: DueReport;
  readonly outcomes: readonly SentReport[];
}

const LOOK_EVERY_MS = 300_000;
/** A command waits half a minute; a silent DNS may take longer. */
const ANSWER_AFTER_MS = 20_000;
const RETRY_AFTER_MS = 3_600_000;
const MOST_ATTEMPTS = 24;

export class ReportDispatch implements ReportSending, Disposable {
  readonly #world: DispatchWorld;
  /** Sent, and not yet known as such on the disk: a full disk is no reason to send them every five minutes. */
  readonly #promised = new Map<string, Promised>();
  /** What became of a report at some of its addresses while it waits for the others, by address. */
  readonly #begun = new Map<string, Map<string, SentReport>>();
  #alarm: Disposable | undefined;
  /** Settles when nobody sends; never fails. */
  #working: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(world: DispatchWorld) {
    this.#world = world;
  }

  start(): void {
    if (this.#stopped) return;
    this.#alarm = this.#world.alarm.after(LOOK_EVERY_MS, () => void this.#look());
  }

  async sendNow(withToday: boolean): Promise<SendingSoFar> {
    const { flush, alarm } = this.#world;
    await flush();
    const sent: SentReport[] = [];
    const sending = this.#sendDue(Number.MAX_SAFE_INTEGER, withToday, sent);
    const { promise: late, resolve } = Promise.withResolvers<void>();
    using _ = alarm.after(ANSWER_AFTER_MS, resolve);
    const goesOn = await Promise.race([sending.then(() => false), late.then(() => true)]);
    if (goesOn) sending.catch((error: unknown) => this.#complain(error));
    return { sent: [...sent], goesOn };
  }

  [Symbol.dispose](): void {
    this.#stopped = true;
    this.#alarm?.[Symbol.dispose]();
  }

  async #look(): Promise<void> {
    const { clock, maySend } = this.#world;
    try {
      if (await maySend()) await this.#sendDue(clock.nowMs(), false, []);
    } catch (error) {
      this.#complain(error);
    }
    this.start();
  }

  #complain(error: unknown): void {
    this.#world.log.write('error', 'reports', `DMARC reports: ${sayFailure(error)}`);
  }

  /** One at a time, whoever asks; each hears of its own, by `sent`, which grows. */
  #sendDue(byMs: number, withToday: boolean, sent: SentReport[]): Promise<void> {
    const sending = this.#working.then(() => this.#sendAll(byMs, withToday, sent));
    this.#working = sending.catch(() => undefined);
    return sending;
  }

  async #sendAll(byMs: number, withToday: boolean, sent: SentReport[]): Promise<void> {
    let last: ReportKey | undefined;
    while (!this.#stopped) {
      const due = await this.#world.store.findDue(byMs, withToday, last);
      if (due === undefined) break;
      sent.push(...(await this.#send(due)));
      last = { dayMs: due.dayMs, policyDomain: due.policyDomain };
    }
  }

  async #send(due: DueReport): Promise<readonly SentReport[]> {
    const { store, clock, log } = this.#world;
    const { policyDomain } = due;
    const key = `${due.beginMs} ${policyDomain}`;
    const done = this.#begun.get(key) ?? new Map<string, SentReport>();
    const promised = this.#promised.get(key) ?? (await this.#post(due, done));
    if (promised === undefined) {
      if (done.size > 0) this.#begun.set(key, done);
      await store.postpone(due, clock.nowMs() + RETRY_AFTER_MS);
      return [this.#outcome(due, 'waiting', '')];
    }
    this.#begun.delete(key);
    this.#promised.set(key, promised);
    const { report, outcomes } = promised;
    await store.close(report, outcomes);
    this.#promised.delete(key);
    for (const { recipient, outcome, queueId } of outcomes) {
      const how = queueId === undefined ? outcome : `${outcome} as ${queueId}`;
      log.write('info', 'reports', `report about ${policyDomain} to <${recipient}>: ${how}`);
    }
    return outcomes;
  }

  /** `undefined`: later. `done` grows: an address that fails holds up no other, and no other gets it again for its sake. */
  async #post(due: DueReport, done: Map<string, SentReport>): Promise<Promised | undefined> {
    const mayWait = due.attempts + 1 < MOST_ATTEMPTS;
    const find = () => findDestinations(due.policyDomain, due.record, this.#world.dns);
    const destinations = await this.#attempt(due, find);
    if (destinations === undefined) {
      return mayWait ? undefined : { report: due, outcomes: [this.#outcome(due, 'given-up', '')] };
    }
    const outcomes: SentReport[] = [];
    for (const destination of destinations) {
      const address = addressOf(destination);
      const isOpen = mayWait && destination.kind === 'unknown';
      const send = () => this.#sendTo(due, destination);
      const outcome = done.get(address) ?? (isOpen ? undefined : await this.#attempt(due, send));
      if (outcome !== undefined) done.set(address, outcome);
      if (outcome !== undefined || !mayWait) outcomes.push(outcome ?? this.#outcome(due, 'given-up', address));
    }
    return outcomes.length === destinations.length ? { report: due, outcomes } : undefined;
  }

  /** `undefined` where it failed, which is said. */
  async #attempt<T>(due: DueReport, step: () => Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      this.#world.log.write('warn', 'reports', `report about ${due.policyDomain}: ${sayFailure(error)}`);
      return undefined;
    }
  }

  async #sendTo(due: DueReport, destination: Destination): Promise<SentReport> {
    if (destination.kind === 'refused') return this.#outcome(due, 'refused', destination.address);
    if (destination.kind === 'unknown') return this.#outcome(due, 'given-up', destination.address);
    const recipient = addressOf(destination);
    const { mostOctets } = destination.uri;
    const octets = formatReportMail(await this.#compose(due, recipient));
    if (mostOctets !== undefined && octets.length > mostOctets) return this.#outcome(due, 'too-large', recipient);
    const queueId = await this.#world.ownMail.post({ sender: '', recipient, octets, smtpUtf8: false });
    return { ...this.#outcome(due, 'sent', recipient), queueId };
  }

  async #compose(due: DueReport, to: string): Promise<ReportMail> {
    const { clock, compress, generator, settings } = this.#world;
    const { from, organisation } = settings();
    const { policyDomain, uncounted } = due;
    const submitter = from.slice(from.lastIndexOf('@') + 1);
    const beginSeconds = Math.floor(due.beginMs / 1000);
    const endSeconds = Math.floor(this.#endOf(due) / 1000);
    const uniqueId = createHash('sha256')
      .update(`${submitter} ${policyDomain} ${beginSeconds} ${endSeconds}`)
      .digest('hex')
      .slice(0, 24);
    const pieces = formatAggregateReport(
      {
        organisation,
        email: from,
        reportId: reportIdOf({ uniqueId, submitter }),
        beginSeconds,
        endSeconds,
        errors: uncounted === 0 ? [] : [`${uncounted} messages are not in this report: there were too many rows`],
        policy: readPublishedPolicy(policyDomain, due.record),
        rows: readCountedRows(due.rows),
      },
      generator,
    );
    const compressed = await compress(pieces);
    const nowMs = clock.nowMs();
    return { from, to, submitter, policyDomain, beginSeconds, endSeconds, uniqueId, nowMs, compressed };
  }

  /** Of a day that is not over: now. */
  #endOf({ dayMs }: DueReport): number {
    return Math.min(dayMs + DAY_MS - 1000, this.#world.clock.nowMs());
  }

  #outcome(due: DueReport, outcome: SentReport['outcome'], recipient: string): SentReport {
    const { policyDomain, beginMs, messages } = due;
    const times = { atMs: this.#world.clock.nowMs(), beginMs, endMs: this.#endOf(due) };
    return { ...times, policyDomain, messages, outcome, recipient, queueId: undefined };
  }
}

function addressOf(destination: Destination): string {
  return destination.kind === 'agreed' ? formatAddrSpec(destination.uri.address) : destination.address;
}

function sayFailure(error: unknown): string {
  return error instanceof WorldError ? String(error) : traceOf(error);
}
