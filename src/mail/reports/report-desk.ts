// Where acceptance tells of decided messages: mail of strangers is added to the day's sums, and what came to an address for
// reports is read and kept. Reports about reports are never written: two servers would go on for ever.

import { messageOf, traceOf } from '#base/thrown.ts';
import { WorldError } from '#base/world-error.ts';
import { printable } from '#mail/acceptance/log-lines.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Log } from '#mail/ports/log.ts';
import type { DecidedMessage, MessageReports } from '#mail/ports/message-reports.ts';
import type { ReportReader } from '#mail/ports/report-reader.ts';
import type { ReportStore } from '#mail/ports/report-store.ts';
import type { DaySums } from './day-sums.ts';
import { observeMessage } from './observe-message.ts';
import type { ReportOrigin, ReportRecord } from './received-report.ts';
import { ReportRecipients } from './report-recipients.ts';

export interface DeskSettings {
  readonly reportRecipients: readonly string[];
  /** Larger messages are not read. */
  readonly mostOctets: number;
  readonly mostDelayMs: number;
}

export interface DeskWorld {
  readonly sums: DaySums;
  readonly reader: ReportReader;
  readonly store: Pick<ReportStore, 'keep'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Reports are to be sent: else nothing is summed. */
  readonly isSending: () => boolean;
}

/** Reports that wait to be read; who sends more at once finds them in the mailbox only. */
const MOST_WAITING = 50;
/** Of all that wait. */
const MOST_WAITING_OCTETS = 64 * 1024 * 1024;

export class ReportDesk implements MessageReports {
  readonly #world: DeskWorld;
  #settings: DeskSettings;
  #recipients: ReportRecipients;
  #waiting = 0;
  #waitingOctets = 0;
  #reading: Promise<void> = Promise.resolve();

  constructor(world: DeskWorld, settings: DeskSettings) {
    this.#world = world;
    this.#settings = settings;
    this.#recipients = new ReportRecipients(settings.reportRecipients);
  }

  change(settings: DeskSettings): void {
    this.#settings = settings;
    this.#recipients = new ReportRecipients(settings.reportRecipients);
  }

  async note(message: DecidedMessage): Promise<void> {
    try {
      await this.#note(message);
    } catch (error) {
      // The message was promised already: its sender must not hear of this.
      this.#world.log.write('error', 'reports', `${message.queueId}: bug: ${traceOf(error)}`);
    }
  }

  async #note(message: DecidedMessage): Promise<void> {
    const { recipients, subject = '', origin, verdict } = message;
    const forReports = recipients.filter((recipient) => this.#recipients.has(recipient)).length;
    const isReport = forReports === recipients.length && isReportSubject(subject);
    if (origin !== undefined && !isReport && this.#world.isSending()) {
      const observed = observeMessage(origin, verdict);
      if (observed !== undefined) this.#world.sums.add(observed, this.#settings.mostDelayMs);
    }
    if (forReports > 0 && verdict.outcome === 'permit') await this.#take(message);
  }

  /** All that was taken so far is read when it resolves. */
  async settle(): Promise<void> {
    await this.#reading;
  }

  async #take({ queueId, subject = '', content, origin, isOwn }: DecidedMessage): Promise<void> {
    const { sizeBytes } = content;
    const isTooMuch = this.#waiting >= MOST_WAITING || this.#waitingOctets + sizeBytes > MOST_WAITING_OCTETS;
    if (sizeBytes > this.#settings.mostOctets || isTooMuch) {
      return this.#say(queueId, isTooMuch ? 'too many reports wait to be read' : 'it is too large to be read');
    }
    const findings = origin?.findings.dmarc;
    const known: ReportOrigin = {
      queueId,
      receivedMs: this.#world.clock.nowMs(),
      author: findings?.domain ?? '',
      isVerified: isOwn || findings?.result === 'pass',
    };
    // Taken before the first wait: many messages may be decided upon at the same time.
    this.#waiting += 1;
    this.#waitingOctets += sizeBytes;
    try {
      const octets = await content.read(0, sizeBytes);
      // One after the other: each may need much memory for a moment.
      this.#reading = this.#reading.then(() => this.#read(octets, known, isReportSubject(subject)));
      this.#reading = this.#reading.then(() => this.#release(sizeBytes));
    } catch (error) {
      this.#release(sizeBytes);
      if (!(error instanceof WorldError)) throw error;
      this.#say(queueId, error.message);
    }
  }

  #release(sizeBytes: number): void {
    this.#waiting -= 1;
    this.#waitingOctets -= sizeBytes;
  }

  /** Never throws: the next one is read whatever became of this one. */
  async #read(octets: Buffer, origin: ReportOrigin, isReport: boolean): Promise<void> {
    const { queueId } = origin;
    try {
      const read = await this.#world.reader.read(octets);
      if (read.ok) await this.#keep(read.value, origin);
      // What people attach to a letter to the postmaster need not be a report.
      else if (read.error.kind === 'unreadable') this.#say(queueId, read.error.reason, isReport ? 'warn' : 'info');
    } catch (error) {
      this.#say(queueId, messageOf(error));
    }
  }

  async #keep(records: readonly ReportRecord[], origin: ReportOrigin): Promise<void> {
    const proof = origin.isVerified ? '' : ', unverified';
    for (const record of records) {
      const outcome = await this.#world.store.keep(record, origin);
      const about = `${record.kind} report of ${record.organisation} about ${record.domain}`;
      this.#world.log.write('info', 'reports', printable(`${origin.queueId}: ${about}${proof}: ${outcome}`));
    }
  }

  #say(queueId: string, reason: string, level: 'warn' | 'info' = 'warn'): void {
    this.#world.log.write(level, 'reports', printable(`${queueId}: a report was not read: ${reason}`));
  }
}

/** People write to the postmaster, too; programs begin their reports with these words. */
function isReportSubject(subject: string): boolean {
  return /^\s*report domain:/i.test(subject);
}
