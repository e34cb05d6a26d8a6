// The driver of one SMTP connection: it reads, drives the machine, asks, and performs what comes out. The replies to
// commands that came together go out together (RFC 2920 §3.2).

import { unreachable } from '#base/unreachable.ts';
import { WorldError } from '#base/world-error.ts';
import type { Acceptance } from '#mail/acceptance/transaction.ts';
import type { Login } from '#mail/login/exchange.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Connection } from '#mail/ports/connection.ts';
import type { Log } from '#mail/ports/log.ts';
import type { ContentStore } from '#mail/ports/message-content.ts';
import type { ContentOutcome, Effect, SmtpEvent } from '#protocols/smtp/event.ts';
import { SmtpFraming } from '#protocols/smtp/framing.ts';
import { PROFILES, type Profile } from '#protocols/smtp/profile.ts';
import { DEFAULT_SMTP_QUIRKS, type SmtpQuirks } from '#protocols/smtp/quirks.ts';
import { formatReply, reply } from '#protocols/smtp/reply.ts';
import { begin, step } from '#protocols/smtp/session.ts';
import type { SmtpSetting } from '#protocols/smtp/setting.ts';
import type { SmtpState } from '#protocols/smtp/state.ts';
import { replyToFailure } from './failure.ts';
import type { SmtpServiceLimits } from './limits.ts';
import { Questions } from './questions.ts';

export interface SmtpDependencies {
  readonly profile: Profile['name'];
  readonly hostname: string;
  readonly acceptance: Acceptance;
  readonly login: Login;
  readonly contentStore: ContentStore;
  readonly log: Log;
  readonly clock: Clock;
  readonly limits: SmtpServiceLimits;
  readonly quirks?: SmtpQuirks;
}

const LOG_AREAS = { smtp: 'smtpd', submission: 'submission', submissions: 'submission', lmtp: 'lmtp' } as const;

/** Resolves when the connection is over; it never rejects. */
export async function serveSmtp(connection: Connection, dependencies: SmtpDependencies): Promise<void> {
  const { log, profile, hostname } = dependencies;
  const area = LOG_AREAS[profile];
  const client = `[${connection.facts.clientAddress}]:${connection.facts.clientPort}`;
  const driver = new Driver(connection, dependencies, area);
  log.write('info', area, `connect from ${client}`, { connection: connection.facts.connectionId });
  try {
    await driver.run();
    await connection.close();
  } catch (error) {
    const lost = error instanceof WorldError;
    if (lost) log.write('info', area, `lost connection in phase ${driver.phase} from ${client}: ${error.message}`);
    else log.write('error', area, `bug in phase ${driver.phase}: ${error instanceof Error ? error.stack : error}`);
    const farewell = formatReply(reply(421, '4.3.0', `${hostname} Internal error, closing`));
    if (!lost) await connection.write(farewell).catch(() => connection.destroy());
    await connection.close().catch(() => connection.destroy());
  } finally {
    await driver.dispose();
    log.write('info', area, `disconnect from ${client}`, { connection: connection.facts.connectionId });
  }
}

class Driver {
  readonly #connection: Connection;
  readonly #dependencies: SmtpDependencies;
  readonly #area: string;
  readonly #setting: SmtpSetting;
  readonly #questions: Questions;
  readonly #framing = new SmtpFraming();
  #replies = '';
  #state: SmtpState;
  #effects: readonly Effect[];

  constructor(connection: Connection, dependencies: SmtpDependencies, area: string) {
    const { profile, hostname, limits, log, quirks = DEFAULT_SMTP_QUIRKS } = dependencies;
    this.#connection = connection;
    this.#dependencies = dependencies;
    this.#area = area;
    this.#setting = { profile: PROFILES[profile], hostname, limits, quirks };
    this.#questions = new Questions({
      ...dependencies,
      connection,
      replyToFailure: (error) => replyToFailure(error, log, area),
    });
    const first = begin({ secured: connection.tls !== undefined, mechanisms: this.#questions.mechanisms() });
    this.#state = first.state;
    this.#effects = first.effects;
  }

  get phase(): SmtpState['phase'] {
    return this.#state.phase;
  }

  async run(): Promise<void> {
    for (;;) {
      let event: SmtpEvent | undefined;
      for (const effect of this.#effects) {
        // Most effects are replies: they cost no turn of the event loop.
        if (effect.kind === 'reply') this.#replies += formatReply(effect.reply);
        else event = await this.#perform(effect);
      }
      if (this.#state.phase === 'closing') return await this.#flush();
      if (this.#replies.length > this.#dependencies.limits.waitingReplyChars) await this.#flush();
      event ??= this.#nextLine() ?? (await this.#receive());
      this.#noteAbuse(event);
      const { state, effects } = step(this.#state, event, this.#setting);
      this.#state = state;
      this.#effects = effects;
    }
  }

  async dispose(): Promise<void> {
    await this.#questions.abandon('disconnected');
  }

  async #perform(effect: Exclude<Effect, { kind: 'reply' }>): Promise<SmtpEvent | undefined> {
    switch (effect.kind) {
      case 'ask':
        return { kind: 'answer', answer: await this.#questions.put(effect.question, this.#state.session) };
      case 'abandon':
        await this.#questions.abandon(effect.reason);
        return undefined;
      case 'start-tls':
        await this.#flush();
        this.#framing.clear();
        await this.#connection.startTls();
        return { kind: 'tls-started', mechanisms: this.#questions.mechanisms() };
      case 'close':
        return undefined;
      default:
        return unreachable(effect);
    }
  }

  /** A line that is here already. */
  #nextLine(): SmtpEvent | undefined {
    const { phase } = this.#state;
    if (phase === 'content' || phase === 'chunk' || phase === 'skipping') return undefined;
    const exchanging = phase === 'challenged' || phase === 'confirming';
    const { saslLineOctets, commandLineOctets } = this.#setting.limits;
    return this.#framing.nextLine(exchanging ? saslLineOctets : commandLineOctets);
  }

  #receive(): Promise<SmtpEvent> {
    switch (this.#state.phase) {
      case 'content':
        return this.#receiveData();
      case 'chunk':
        return this.#receiveChunk(this.#state.octets, this.#state.last);
      case 'skipping':
        return this.#skipChunk(this.#state.octets);
      default:
        return this.#receiveLine();
    }
  }

  async #receiveLine(): Promise<SmtpEvent> {
    const deadlineMs = this.#dependencies.clock.nowMs() + this.#dependencies.limits.commandTimeoutMs;
    for (;;) {
      const ended = await this.#readMore(deadlineMs - this.#dependencies.clock.nowMs());
      const event = ended ?? this.#nextLine();
      if (event !== undefined) return event;
    }
  }

  async #receiveData(): Promise<SmtpEvent> {
    const { content } = this.#begunMessage();
    this.#framing.beginData();
    for (;;) {
      const frame = this.#framing.nextDataOctets();
      if (frame?.kind === 'end') return dataEnded(content.outcome);
      if (frame !== undefined) {
        const taken = frame.kind === 'octets' ? content.take(frame.octets) : content.condemn();
        if (taken !== undefined) await taken;
        if (content.isEndless) return { kind: 'content-broken', defect: 'endless' };
        continue;
      }
      const ended = await this.#readMore(this.#dependencies.limits.contentTimeoutMs);
      if (ended !== undefined) return ended;
    }
  }

  async #receiveChunk(octets: number, last: boolean): Promise<SmtpEvent> {
    const { content, isBinary } = this.#begunMessage();
    const ended = await this.#readCounted(octets, (piece) =>
      isBinary ? content.take(piece) : content.takeLines(piece),
    );
    if (ended !== undefined) return ended;
    if (last) content.endLines();
    return { kind: 'content-ended', outcome: content.outcome };
  }

  async #skipChunk(octets: number): Promise<SmtpEvent> {
    const ended = await this.#readCounted(octets, () => undefined);
    return ended ?? { kind: 'content-ended', outcome: { kind: 'complete' } };
  }

  /** `undefined` when all have been read. */
  async #readCounted(
    octets: number,
    take: (piece: Buffer) => Promise<void> | undefined,
  ): Promise<SmtpEvent | undefined> {
    let missing = octets;
    while (missing > 0) {
      const piece = this.#framing.nextCountedOctets(missing);
      if (piece !== undefined) {
        missing -= piece.length;
        const taken = take(piece);
        if (taken !== undefined) await taken;
        continue;
      }
      const ended = await this.#readMore(this.#dependencies.limits.contentTimeoutMs);
      if (ended !== undefined) return ended;
    }
    return undefined;
  }

  /** Before we wait for the client it gets what it is waiting for. */
  async #readMore(timeoutMs: number): Promise<SmtpEvent | undefined> {
    await this.#flush();
    if (timeoutMs <= 0) return { kind: 'timed-out' };
    try {
      const octets = await this.#connection.read(timeoutMs);
      if (octets === undefined) return { kind: 'peer-closed' };
      this.#framing.push(octets);
      return undefined;
    } catch (error) {
      if (!(error instanceof WorldError)) throw error;
      // A reset looks the same: then the farewell cannot be written, and that is noticed there.
      this.#dependencies.log.write('info', this.#area, `nothing more came in phase ${this.phase}: ${error.message}`);
      return { kind: 'timed-out' };
    }
  }

  async #flush(): Promise<void> {
    if (this.#replies === '') return;
    const replies = this.#replies;
    this.#replies = '';
    await this.#connection.write(replies);
  }

  #begunMessage() {
    const { message } = this.#questions;
    if (message === undefined) throw new Error(`phase ${this.phase} without a message`);
    return message;
  }

  #noteAbuse(event: SmtpEvent): void {
    if (event.kind !== 'broken-line' && event.kind !== 'content-broken') return;
    const { clientAddress, connectionId } = this.#connection.facts;
    const text = `warning: ${event.defect} in phase ${this.phase} from [${clientAddress}]`;
    this.#dependencies.log.write('warn', this.#area, text, { connection: connectionId });
  }
}

/** Behind a line end that stood alone the end of DATA was only guessed at: nothing may be read on from there. */
function dataEnded(outcome: ContentOutcome): SmtpEvent {
  if (outcome.kind === 'bare-line-end') return { kind: 'content-broken', defect: 'bare-line-end' };
  return { kind: 'content-ended', outcome };
}
