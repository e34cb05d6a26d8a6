// Tells senders what became of their mail: returns, delay warnings, receipts (RFC 3461 §5). A message leaves the queue when
// its notification is promised by the server's own door, not before; killed in between, the notification is sent twice, never not
// at all. A few are written at a time.

import { WorldError } from '#base/world-error.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { StoredMessage } from '#mail/ports/queue-store.ts';
import { senderOf } from './active-message.ts';
import type { ReportedOutcome, ReportKind } from './bounces/report-input.ts';
import { isWithheldReport } from './bounces/withheld-report.ts';
import { removedLine } from './queue-lines.ts';
import type { QueueSettings } from './queue-settings.ts';
import type { QueueWorld } from './queue-world.ts';
import type { LastOutcome, RecipientEnd, TrackedRecipient } from './recipient-progress.ts';
import { wantsWarning } from './recipient-verdict.ts';
import { expiryTime } from './retry-schedule.ts';

const AT_ONCE = 5;
/** Ids that wait for their turn; the rest is found by the next sweep. */
const MOST_WAITING = 10_000;

const KINDS: Readonly<Record<RecipientEnd, ReportKind>> = {
  delivered: 'delivered',
  relayed: 'relayed',
  expanded: 'expanded',
  failed: 'failed',
  expired: 'failed',
};

/** Postfix's words for the log. */
const NOTIFICATIONS: Readonly<Record<ReportKind, string>> = {
  failed: 'sender non-delivery notification',
  delayed: 'sender delay notification',
  delivered: 'sender delivery status notification',
  relayed: 'sender delivery status notification',
  expanded: 'sender delivery status notification',
};

const UNKNOWN: LastOutcome = { kind: 'deferred', status: '4.0.0', text: 'it was not tried' };

export class Reporter {
  readonly #world: QueueWorld;
  readonly #settings: QueueSettings;
  readonly #waiting = new Set<string>();
  readonly #writing = new Set<string>();

  constructor(world: QueueWorld, settings: QueueSettings) {
    this.#world = world;
    this.#settings = settings;
  }

  /** Whatever the store has unreported of it; called again, it looks again. */
  report(queueId: string): void {
    if (this.#waiting.size < MOST_WAITING) this.#waiting.add(queueId);
    for (const id of this.#waiting) {
      if (this.#writing.size >= AT_ONCE) return;
      if (this.#writing.has(id)) continue;
      this.#waiting.delete(id);
      this.#writing.add(id);
      void this.#reportNow(id);
    }
  }

  /** To the sender of a message that is late; once in its life. False where nobody could be told now. */
  async warn(queueId: string): Promise<boolean> {
    const { store } = this.#world;
    const stored = await store.load(queueId);
    if (stored === undefined) return true;
    const late = stored.recipients.filter(
      (each) => each.progress.state.phase === 'waiting' && wantsWarning(senderOf(stored.envelope, each), each),
    );
    let isWarned = late.length === 0;
    await this.#notify(stored, 'delayed', late, async () => {
      isWarned = true;
    });
    if (isWarned) await store.markWarned(queueId);
    return isWarned;
  }

  async #reportNow(queueId: string): Promise<void> {
    const { log, store } = this.#world;
    try {
      const stored = await store.load(queueId);
      if (stored !== undefined) await this.#reportEnds(stored);
    } catch (error) {
      // It stays unreported; the next sweep comes back to it.
      log.write('error', 'bounce', `${queueId}: ${sayFailure(error)}`);
    } finally {
      this.#writing.delete(queueId);
      const [next] = this.#waiting;
      if (next !== undefined) this.report(next);
    }
  }

  async #reportEnds(stored: StoredMessage): Promise<void> {
    for (const kind of ['failed', 'delivered', 'relayed', 'expanded'] as const) {
      const concerned = stored.recipients.filter(
        ({ progress: { state } }) => state.phase === 'unreported' && KINDS[state.end] === kind,
      );
      await this.#notify(stored, kind, concerned, (told) => this.#recordReported(stored.envelope.queueId, told));
    }
  }

  async #recordReported(queueId: string, told: readonly TrackedRecipient[]): Promise<void> {
    const { log, store, clock } = this.#world;
    const changes = told.map(({ number, progress }) => ({
      number,
      progress: { ...progress, state: { phase: 'done' } as const },
    }));
    const rest = await store.record(queueId, changes, clock.nowMs());
    if (rest?.waiting === 0 && rest.unreported === 0) log.write('info', 'qmgr', removedLine(queueId));
  }

  /**
   * One notification for each envelope sender. `told` writes down that it is promised before anything else is posted: whoever
   * cannot be told now (a full mailbox) is tried again alone, for a time, and nobody else hears of it twice.
   */
  async #notify(
    stored: StoredMessage,
    kind: ReportKind,
    concerned: readonly TrackedRecipient[],
    told: (recipients: readonly TrackedRecipient[]) => Promise<void>,
  ): Promise<void> {
    if (concerned.length === 0) return;
    const bySender = Map.groupBy(concerned, (each) => senderOf(stored.envelope, each));
    const content = await this.#openContent(stored.envelope);
    try {
      for (const [sender, recipients] of bySender) {
        const isTold = await this.#orComplain(stored, () => this.#tell(stored, kind, sender, recipients, content));
        if (!isTold && !this.#isOver(stored, kind, sender)) continue;
        await this.#orComplain(stored, async () => {
          await told(recipients);
          const copyTo = sender === '' ? undefined : this.#copyRecipient(kind);
          if (copyTo !== undefined)
            await this.#post(headerOnly(stored), kind, copyTo, recipients, content, 'postmaster');
        });
      }
    } finally {
      await content?.[Symbol.asyncDispose]();
    }
  }

  async #orComplain({ envelope }: StoredMessage, act: () => Promise<void>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (error) {
      this.#world.log.write('error', 'bounce', `${envelope.queueId}: ${sayFailure(error)}`);
      return false;
    }
  }

  /** No bounce waits for ever, one that cannot even be posted neither: the mail had its lifetime, and the bounce has had its own. */
  #isOver({ envelope }: StoredMessage, kind: ReportKind, sender: string): boolean {
    const { clock, log } = this.#world;
    const { queueId, arrivedMs } = envelope;
    const untilMs = expiryTime(this.#settings, { arrivedMs, sender }) + this.#settings.bounceLifetimeMs;
    const isOver = clock.nowMs() >= untilMs;
    if (isOver) log.write('warn', 'bounce', `${queueId}: ${NOTIFICATIONS[kind]}: given up`);
    return isOver;
  }

  /** Nobody can be told of a returned return but the postmaster, where he wants to hear of it. */
  async #tell(
    stored: StoredMessage,
    kind: ReportKind,
    sender: string,
    recipients: readonly TrackedRecipient[],
    content: MessageContent | undefined,
  ): Promise<void> {
    const { doubleBounceRecipient } = this.#settings;
    if (sender !== '') await this.#post(stored, kind, sender, recipients, content);
    else if (doubleBounceRecipient !== undefined) {
      await this.#post(stored, kind, doubleBounceRecipient, recipients, content, 'postmaster');
    }
    for (const each of findWithheld(stored, kind, recipients)) {
      await this.#post(stored, kind, each.recipient.address, [each], undefined);
    }
  }

  #copyRecipient(kind: ReportKind): string | undefined {
    const { bounceNoticeRecipient, delayNoticeRecipient } = this.#settings;
    return kind === 'failed' ? bounceNoticeRecipient : kind === 'delayed' ? delayNoticeRecipient : undefined;
  }

  async #post(
    stored: StoredMessage,
    kind: ReportKind,
    told: string,
    recipients: readonly TrackedRecipient[],
    content: MessageContent | undefined,
    as: 'sender' | 'postmaster' = 'sender',
  ): Promise<void> {
    const { clock, composeReport, journeyLog, log, ownMail, randomness } = this.#world;
    const { envelope } = stored;
    const report = await composeReport({
      message: { ...envelope, recipients: recipients.map(({ recipient }) => recipient) },
      kind,
      ...(as === 'postmaster' && { postmaster: told }),
      outcomes: recipients.map((each) => this.#reported(envelope, each, kind)),
      content,
      nowMs: clock.nowMs(),
      uniqueWord: randomness.bytes(12).toString('hex'),
    });
    if (report === undefined) return;
    const queueId = await ownMail.post(report);
    const notification = NOTIFICATIONS[kind].replace('sender', as);
    log.write('info', 'bounce', `${envelope.queueId}: ${notification}: ${queueId}`);
    journeyLog.record(
      envelope.queueId,
      kind === 'delayed'
        ? { kind: 'delayed-warning', to: told, queueId }
        : { kind: 'notified', about: kind, to: told, queueId },
    );
  }

  #reported(
    envelope: StoredMessage['envelope'],
    { recipient, progress }: TrackedRecipient,
    kind: ReportKind,
  ): ReportedOutcome {
    const { attempts, firstAttemptMs, lastAttemptMs, outcome = UNKNOWN } = progress;
    const { arrivedMs } = envelope;
    const sender = recipient.sender ?? envelope.sender;
    return {
      recipient,
      ...outcome,
      attempts,
      firstAttemptMs: firstAttemptMs ?? arrivedMs,
      lastAttemptMs: lastAttemptMs ?? firstAttemptMs ?? arrivedMs,
      ...(kind === 'delayed' && { willRetryUntilMs: expiryTime(this.#settings, { arrivedMs, sender }) }),
    };
  }

  /** A message whose octets are lost is reported without them. */
  async #openContent(envelope: StoredMessage['envelope']): Promise<MessageContent | undefined> {
    try {
      return await this.#world.store.openContent(envelope);
    } catch (error) {
      this.#world.log.write('warn', 'bounce', `${envelope.queueId}: ${sayFailure(error)}`);
      return undefined;
    }
  }
}

function findWithheld({ envelope }: StoredMessage, kind: ReportKind, recipients: readonly TrackedRecipient[]) {
  return recipients.filter(({ recipient, progress: { outcome = UNKNOWN } }) =>
    isWithheldReport(envelope, kind, { ...outcome, recipient }),
  );
}

/** The postmaster need not read what people write. */
function headerOnly(stored: StoredMessage): StoredMessage {
  const { dsn } = stored.envelope;
  return { ...stored, envelope: { ...stored.envelope, dsn: { ...dsn, ret: 'HDRS' } } };
}

function sayFailure(error: unknown): string {
  if (error instanceof WorldError || !(error instanceof Error)) return String(error);
  return error.stack ?? error.message;
}
