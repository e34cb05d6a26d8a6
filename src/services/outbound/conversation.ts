// Drives the machine of one conversation with a server: feeds it replies, performs its effects, watches the clock.

import { unreachable } from '#base/unreachable.ts';
import { TimedOut, WorldError } from '#base/world-error.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { ClientTlsOptions, OutgoingConnection, ServerIdentity } from '#mail/ports/dialer.ts';
import { DotStuffing } from '#protocols/smtp/client/dot-stuffing.ts';
import type { ClientEffect, ClientEvent, ClientStep } from '#protocols/smtp/client/event.ts';
import type { Extensions } from '#protocols/smtp/client/extensions.ts';
import type { SessionFailure } from '#protocols/smtp/client/failure.ts';
import type { OutgoingEnvelope } from '#protocols/smtp/client/outgoing-envelope.ts';
import type { RecipientResult } from '#protocols/smtp/client/recipient-result.ts';
import { ReplyFraming } from '#protocols/smtp/client/reply-framing.ts';
import { begin, step } from '#protocols/smtp/client/session.ts';
import type { ClientSetting } from '#protocols/smtp/client/setting.ts';
import type { Stage } from '#protocols/smtp/client/stage.ts';
import { awaitedStage } from '#protocols/smtp/client/state.ts';
import type { SendableContent } from './outgoing-content.ts';
import type { ClientTimeouts } from './settings.ts';

export interface ConversationOptions {
  readonly connection: OutgoingConnection;
  readonly setting: ClientSetting;
  readonly clock: Clock;
  readonly timeouts: ClientTimeouts;
  readonly lineLengthLimit: number;
  readonly leastDataRate: number;
  readonly tls: Omit<ClientTlsOptions, 'timeoutMs'>;
  /** What is wrong with who the server proved to be; `undefined`: nothing. */
  readonly judge: (identity: ServerIdentity) => string | undefined;
}

/** What is still to be read after a write failed: the server may have said why. */
const LAST_WORDS_MS = 1_000;

export class Conversation {
  readonly #options: ConversationOptions;
  readonly #framing = new ReplyFraming();
  #current: ClientStep = begin(false);
  /** The content did not go out to its end: nothing can follow on this connection. */
  #isTorn = false;

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  get offered(): Extensions {
    return this.#current.state.session.offered;
  }

  get loggedIn(): boolean {
    return this.#current.state.session.loggedIn;
  }

  /** `TLSv1.3 with cipher …`, as Postfix logs it. */
  get tls(): string | undefined {
    const { tls } = this.#options.connection;
    return tls === undefined ? undefined : `${tls.version} with cipher ${tls.cipher} (${tls.bits}/${tls.bits} bits)`;
  }

  /** Another message may follow. */
  get isReusable(): boolean {
    const { state } = this.#current;
    return state.phase === 'ready' && !this.#isTorn && this.#framing.isEmpty && this.#options.connection.isQuiet;
  }

  /** To where a message may begin; else why it did not come to that. */
  async greet(): Promise<SessionFailure | undefined> {
    await this.#run();
    const { state } = this.#current;
    return state.phase === 'closed' ? state.failure : undefined;
  }

  /** One result for each recipient. Throws only where the content cannot be read. */
  async send(envelope: OutgoingEnvelope, content: SendableContent): Promise<readonly RecipientResult[]> {
    this.#take({ kind: 'message', envelope });
    await this.#run(content);
    return this.#results();
  }

  /** One result for each recipient: the answer to its RCPT, or why there is none. Nothing is sent. */
  async probe(envelope: OutgoingEnvelope): Promise<readonly RecipientResult[]> {
    this.#take({ kind: 'probe', envelope });
    await this.#run();
    return this.#results();
  }

  #results(): readonly RecipientResult[] {
    const { state } = this.#current;
    if (state.phase !== 'ready' && state.phase !== 'closed') throw new Error(`a message ended in phase ${state.phase}`);
    return state.results;
  }

  /** Says QUIT where it will be heard; nobody waits for the answer: Postfix's `smtp_skip_quit_response`. */
  leave(): void {
    const { connection } = this.#options;
    const { state } = this.#current;
    const isHeard = this.isReusable || (state.phase === 'closed' && !this.#isTorn && isInStep(state.failure));
    if (!isHeard) {
      connection.destroy();
      return;
    }
    connection
      .write('QUIT\r\n')
      .then(() => connection.close())
      .catch(() => connection.destroy());
  }

  destroy(): void {
    this.#options.connection.destroy();
  }

  #take(event: ClientEvent): void {
    this.#current = step(this.#current.state, event, this.#options.setting);
  }

  /** Until the machine waits for us, or is done. */
  async #run(content?: SendableContent): Promise<void> {
    for (;;) {
      const event = await this.#performAll(content);
      const { phase } = this.#current.state;
      if (event === undefined && (phase === 'ready' || phase === 'closed')) return;
      this.#take(event ?? this.#heard() ?? (await this.#nextReply()));
    }
  }

  /** An effect that the machine waits for brings the next event; so does a broken connection. */
  async #performAll(content: SendableContent | undefined): Promise<ClientEvent | undefined> {
    const { effects } = this.#current;
    for (const effect of effects) {
      const event = await this.#perform(effect, content);
      if (event !== undefined) return event;
    }
    return undefined;
  }

  async #perform(effect: ClientEffect, content: SendableContent | undefined): Promise<ClientEvent | undefined> {
    switch (effect.kind) {
      case 'send':
        return (await this.#write(effect.octets)) && { kind: 'peer-closed' };
      case 'start-tls':
        return this.#startTls();
      case 'send-content':
        if (content === undefined) throw new Error('there is no content to be sent');
        return this.#sendContent(content, effect.framing);
      default:
        return unreachable(effect);
    }
  }

  async #startTls(): Promise<ClientEvent> {
    const { connection, tls, timeouts, judge } = this.#options;
    // Whatever was said behind the 220 was said in clear, by anybody.
    this.#framing.clear();
    const started = await connection.startTls({ ...tls, timeoutMs: timeouts.startTlsMs });
    if (!started.ok) return { kind: 'tls-failed', text: `Cannot start TLS: handshake failure (${started.error})` };
    const complaint = judge(started.value);
    return complaint === undefined ? { kind: 'tls-started' } : { kind: 'tls-failed', text: complaint };
  }

  async #sendContent(content: SendableContent, framing: 'dots' | 'counted'): Promise<ClientEvent | undefined> {
    const stuffing = framing === 'dots' ? new DotStuffing(this.#options.lineLengthLimit) : undefined;
    if (content.whole !== undefined) {
      const octets =
        stuffing === undefined ? content.whole : Buffer.concat([stuffing.push(content.whole), stuffing.end()]);
      return this.#writeContent(octets);
    }
    const { clock, timeouts, leastDataRate } = this.#options;
    const deadlineMs = clock.nowMs() + timeouts.dataXferMs + (content.sizeBytes / leastDataRate) * 1_000;
    for await (const piece of content.pieces()) {
      // A server that speaks before the end has refused: the rest need not be sent.
      const event = this.#options.connection.isQuiet
        ? await this.#writeContent(stuffing?.push(piece) ?? piece)
        : await this.#lastWords('lost');
      if (event !== undefined) return event;
      if (clock.nowMs() > deadlineMs) return this.#tear({ kind: 'content-cut-off', by: 'timed-out' });
    }
    return stuffing === undefined ? undefined : this.#writeContent(stuffing.end());
  }

  async #writeContent(octets: Buffer): Promise<ClientEvent | undefined> {
    const broken = await this.#write(octets);
    return broken && this.#lastWords(broken instanceof TimedOut ? 'timed-out' : 'lost');
  }

  async #lastWords(by: 'lost' | 'timed-out'): Promise<ClientEvent> {
    const cutOff: ClientEvent = { kind: 'content-cut-off', by };
    const event = this.#heard() ?? (await this.#read(this.#options.clock.nowMs() + LAST_WORDS_MS, cutOff));
    return this.#tear(event.kind === 'reply' && event.reply.code >= 400 ? event : cutOff);
  }

  #tear(event: ClientEvent): ClientEvent {
    this.#isTorn = true;
    return event;
  }

  async #write(octets: Buffer | string): Promise<WorldError | undefined> {
    try {
      await this.#options.connection.write(octets);
      return undefined;
    } catch (error) {
      if (!(error instanceof WorldError)) throw error;
      return error;
    }
  }

  /** A reply that is here already. */
  #heard(): ClientEvent | undefined {
    return this.#framing.next();
  }

  #nextReply(): Promise<ClientEvent> {
    const stage = awaitedStage(this.#current.state);
    return this.#read(this.#options.clock.nowMs() + this.#timeoutMs(stage), { kind: 'timed-out' });
  }

  /** A whole reply until then: a server that sends an octet a minute does not hold us longer than a silent one. */
  async #read(deadlineMs: number, late: ClientEvent): Promise<ClientEvent> {
    const { connection, clock } = this.#options;
    for (;;) {
      const leftMs = deadlineMs - clock.nowMs();
      if (leftMs <= 0) return late;
      try {
        const octets = await connection.read(leftMs);
        if (octets === undefined) return { kind: 'peer-closed' };
        this.#framing.push(octets);
      } catch (error) {
        if (!(error instanceof WorldError)) throw error;
        return error instanceof TimedOut ? late : { kind: 'peer-closed' };
      }
      const event = this.#heard();
      if (event !== undefined) return event;
    }
  }

  #timeoutMs(stage: Stage): number {
    return this.#options.timeouts[TIMEOUTS[stage]];
  }
}

const TIMEOUTS: Readonly<Record<Stage, keyof ClientTimeouts>> = {
  greeting: 'heloMs',
  EHLO: 'heloMs',
  HELO: 'heloMs',
  LHLO: 'heloMs',
  STARTTLS: 'startTlsMs',
  TLS: 'startTlsMs',
  AUTH: 'heloMs',
  RSET: 'rsetMs',
  MAIL: 'mailMs',
  RCPT: 'rcptMs',
  DATA: 'dataInitMs',
  content: 'dataXferMs',
  'end-of-data': 'dataDoneMs',
  ready: 'dataDoneMs',
};

/** The server said no, or we did, and both sides still know whose turn it is. */
function isInStep(failure: SessionFailure | undefined): boolean {
  switch (failure?.kind) {
    case 'refused':
    case 'login-refused':
    case 'no-mechanism':
    case 'tls-not-offered':
    case 'tls-refused':
    case 'loop':
      return true;
    default:
      return false;
  }
}
