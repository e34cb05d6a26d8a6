// Drives the machine: feeds it what the client says, puts its questions, performs its effects.

import { unreachable } from '#base/unreachable.ts';
import { nameAndAddress } from '#mail/ports/connection.ts';
import type { Effect, SmtpEvent, Step } from '#protocols/smtp/event.ts';
import type { SmtpReply } from '#protocols/smtp/reply.ts';
import { begin, step } from '#protocols/smtp/session.ts';
import type { SmtpSetting } from '#protocols/smtp/setting.ts';
import { lineLimitOctets, type SmtpState } from '#protocols/smtp/state.ts';
import type { IncomingMessage } from './incoming-message.ts';
import { Questions, type QuestionsOptions } from './questions.ts';
import { SmtpStream, type SmtpStreamOptions } from './stream.ts';

export interface SmtpDriverOptions extends SmtpStreamOptions, Omit<QuestionsOptions, 'limits'> {
  readonly setting: SmtpSetting;
  readonly delay: (ms: number) => Promise<void>;
}

export class SmtpDriver implements AsyncDisposable {
  readonly #options: SmtpDriverOptions;
  readonly #stream: SmtpStream;
  readonly #questions: Questions;
  #current: Step;

  constructor(options: SmtpDriverOptions) {
    this.#options = options;
    this.#stream = new SmtpStream(options);
    this.#questions = new Questions({ ...options, hasMore: () => this.#stream.hasMore });
    const secured = options.connection.tls !== undefined;
    this.#current = begin({ secured, mechanisms: this.#questions.mechanisms() });
  }

  get phase(): SmtpState['phase'] {
    return this.#current.state.phase;
  }

  async run(): Promise<void> {
    for (;;) {
      let event: SmtpEvent | undefined;
      // An effect that the machine waits for brings the next event.
      for (const effect of this.#current.effects) {
        if (effect.kind === 'reply') this.#stream.say(effect.reply);
        else event = await this.#perform(effect);
      }
      if (this.#stream.mustFlush) await this.#stream.flush();
      event ??= await this.#nextEvent();
      if (event === undefined) return await this.#stream.flush();
      this.#note(event);
      this.#current = step(this.#current.state, event, this.#options.setting);
    }
  }

  /** What does not fit the protocol any more. */
  async sayLast(reply: SmtpReply): Promise<void> {
    this.#stream.say(reply);
    await this.#stream.flush();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#questions.abandon('disconnected');
    this.#options.acceptance.leave(this.#options.connection.facts);
  }

  async #perform(effect: Exclude<Effect, { kind: 'reply' }>): Promise<SmtpEvent | undefined> {
    switch (effect.kind) {
      case 'ask':
        return { kind: 'answer', answer: await this.#questions.put(effect.question, this.#current.state.session) };
      case 'hold-back':
        await this.#stream.flush();
        await this.#options.delay(this.#options.limits.errorSleepMs);
        return undefined;
      case 'abandon':
        await this.#questions.abandon(effect.reason);
        return undefined;
      case 'start-tls':
        await this.#stream.startTls();
        return { kind: 'tls-started', mechanisms: this.#questions.mechanisms() };
      case 'close':
        return undefined;
      default:
        return unreachable(effect);
    }
  }

  /** What the phase waits for; `undefined` when it is the end. */
  #nextEvent(): SmtpEvent | Promise<SmtpEvent> | undefined {
    const { state } = this.#current;
    const lineOctets = lineLimitOctets(state, this.#options.limits);
    switch (state.phase) {
      case 'closing':
        return undefined;
      case 'content':
        return this.#stream.readData(this.#begunMessage());
      case 'chunk':
        return this.#stream.readChunk(state.octets, state.last, this.#begunMessage());
      case 'skipping':
        return this.#stream.skipChunk(state.octets);
      case 'chunks':
        // A message in a thousand slow chunks is a slow message.
        return this.#stream.takeLine(lineOctets) ?? this.#stream.readLine(lineOctets, this.#begunMessage().time);
      default:
        return this.#stream.takeLine(lineOctets) ?? this.#stream.readLine(lineOctets);
    }
  }

  #begunMessage(): IncomingMessage {
    const { message } = this.#questions;
    if (message === undefined) throw new Error(`phase ${this.phase} without a message`);
    return message;
  }

  #note(event: SmtpEvent): void {
    if (event.kind !== 'peer-closed' && event.kind !== 'broken-line' && event.kind !== 'content-broken') return;
    const { connection, log, area } = this.#options;
    const place = `in phase ${this.phase} from ${nameAndAddress(connection.facts)}`;
    const fields = { session: connection.facts.connectionId };
    if (event.kind === 'peer-closed') log.write('info', area, `lost connection ${place}`, fields);
    else log.write('warn', area, `warning: ${event.defect} ${place}`, fields);
  }
}
