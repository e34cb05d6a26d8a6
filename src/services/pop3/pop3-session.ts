// One client: reads lines, drives the machine, performs what it asks for. RFC 1939.

import { err, ok, type Result } from '#base/result.ts';
import { unreachable } from '#base/unreachable.ts';
import {
  type Login,
  type LoginContext,
  type LoginExchange,
  type LoginStep,
  loginContext,
} from '#mail/login/exchange.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { Clock } from '#mail/ports/clock.ts';
import { type Connection, ServerStopping } from '#mail/ports/connection.ts';
import type { Log } from '#mail/ports/log.ts';
import type { MailStore } from '#mail/ports/mail-store.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import { Pop3Framing } from '#protocols/pop3/framing.ts';
import type { Pop3Limits } from '#protocols/pop3/limits.ts';
import { error, type Pop3Reply } from '#protocols/pop3/reply.ts';
import { advance, begin } from '#protocols/pop3/session.ts';
import { authorization, lineLimitOctets, type Pop3State } from '#protocols/pop3/state.ts';
import type { MaildropOutcome, Pop3Effect, Pop3Event, Step } from '#protocols/pop3/step.ts';
import { replyToFailure } from './failure.ts';
import { type HeldMaildrop, openMaildrop } from './held-maildrop.ts';
import type { MaildropLocks } from './maildrop-locks.ts';
import { Replies } from './replies.ts';
import { sendMessage } from './send-message.ts';
import { SessionLog } from './session-log.ts';

export interface Pop3Settings {
  readonly hostname: string;
  readonly limits: Pop3Limits;
  readonly times: Pop3Times;
}

export interface Pop3Times {
  readonly inactivityTimeoutMs: number;
  /** From the connection to the login. */
  readonly loginTimeoutMs: number;
  /** How long an answer is held back after many mistakes. */
  readonly errorSleepMs: number;
}

export interface Pop3Ports {
  readonly login: Login;
  readonly mailStore: MailStore;
  readonly log: Log;
  readonly locks: MaildropLocks;
  readonly clock: Clock;
  /** Waits; answers to many mistakes are held back by it. */
  readonly delay: (ms: number) => Promise<void>;
}

type EffectOf<K extends Pop3Effect['kind']> = Extract<Pop3Effect, { kind: K }>;

export class Pop3Session {
  readonly #connection: Connection;
  readonly #ports: Pop3Ports;
  readonly #settings: Pop3Settings;
  readonly #framing = new Pop3Framing();
  readonly #replies: Replies;
  readonly #sessionLog: SessionLog;
  readonly #loginDeadlineMs: number;
  #state: Pop3State;
  #exchange: LoginExchange | undefined;
  /** Who the last login proved to be. */
  #account: AccountId | undefined;
  #held: HeldMaildrop | undefined;

  constructor(connection: Connection, ports: Pop3Ports, settings: Pop3Settings) {
    this.#connection = connection;
    this.#ports = ports;
    this.#settings = settings;
    this.#loginDeadlineMs = ports.clock.nowMs() + settings.times.loginTimeoutMs;
    this.#replies = new Replies(connection);
    this.#sessionLog = new SessionLog(ports.log, connection.facts.connectionId);
    this.#state = authorization({
      secure: connection.tls !== undefined,
      mechanisms: ports.login.mechanisms(this.#loginContext()),
      mistakes: 0,
      idleCommands: 0,
      refusedLogins: 0,
      limits: settings.limits,
    });
  }

  /** Resolves when the session is over; throws when the connection is lost, or on a bug. */
  async run(): Promise<void> {
    await this.#take(begin(this.#state.session, this.#settings.hostname));
    while (this.#state.phase !== 'closed') {
      const frame = this.#framing.nextLine(lineLimitOctets(this.#state));
      if (frame !== undefined) {
        await this.#take(advance(this.#state, frame));
        continue;
      }
      await this.#replies.flush();
      const octets = await this.#hear();
      if (octets === undefined) return;
      this.#framing.push(octets);
    }
  }

  /** Nothing that was marked as deleted goes without QUIT. RFC 1939 §3. */
  end(lost: boolean): void {
    this.#releaseMaildrop();
    const unasked = lost ? 'Connection closed' : 'Disconnected';
    this.#sessionLog.writeEnd(this.#state.phase === 'closed' ? 'Logged out' : unasked);
  }

  /** A server that stops says so, though nothing was asked: the client would wait for the time-out otherwise. */
  async #hear(): Promise<Buffer | undefined> {
    try {
      return await this.#connection.read(this.#timeoutMs(), 'quiet');
    } catch (failure) {
      if (!(failure instanceof ServerStopping)) throw failure;
      await this.#replies.say(error('Server shutting down', 'SYS/TEMP'));
      await this.#replies.flush();
      return undefined;
    }
  }

  #timeoutMs(): number {
    const { inactivityTimeoutMs } = this.#settings.times;
    if (this.#state.phase === 'transaction') return inactivityTimeoutMs;
    return Math.max(1, Math.min(inactivityTimeoutMs, this.#loginDeadlineMs - this.#ports.clock.nowMs()));
  }

  async #take(step: Step): Promise<void> {
    this.#state = step.state;
    for (const effect of step.effects) {
      const answer = await this.#perform(effect);
      if (answer !== undefined) await this.#take(advance(this.#state, answer));
    }
  }

  async #perform(effect: Pop3Effect): Promise<Pop3Event | undefined> {
    switch (effect.kind) {
      case 'reply':
        await this.#replies.say(effect.reply);
        return undefined;
      case 'hold-back':
        await this.#replies.flush();
        await this.#ports.delay(this.#settings.times.errorSleepMs);
        return undefined;
      case 'start-tls':
        return this.#startTls();
      case 'check-password':
        return this.#answerLogin(await this.#ports.login.password(effect.user, effect.password, this.#loginContext()));
      case 'begin-login':
        this.#exchange = this.#ports.login.begin(effect.mechanism, this.#loginContext());
        return this.#answerLogin(await this.#exchange.next(effect.response));
      case 'continue-login':
        return this.#continueLogin(effect);
      case 'open-maildrop':
        return { kind: 'maildrop', outcome: await this.#openMaildrop() };
      case 'send-message':
        return this.#sendMessage(effect);
      case 'update':
        await this.#update(effect);
        return undefined;
      case 'close':
        await this.#replies.flush();
        return undefined;
      default:
        return unreachable(effect);
    }
  }

  async #startTls(): Promise<Pop3Event> {
    await this.#replies.flush();
    this.#framing.clear();
    await this.#connection.startTls();
    return { kind: 'tls-started', mechanisms: this.#ports.login.mechanisms(this.#loginContext()) };
  }

  async #continueLogin(effect: EffectOf<'continue-login'>): Promise<Pop3Event> {
    if (this.#exchange === undefined) throw new Error('a response to no exchange');
    return this.#answerLogin(await this.#exchange.next(effect.response));
  }

  #answerLogin(step: LoginStep): Pop3Event {
    if (step.kind !== 'challenge') this.#exchange = undefined;
    if (step.kind === 'accepted') this.#account = step.account.id;
    return { kind: 'login', outcome: step };
  }

  async #openMaildrop(): Promise<MaildropOutcome> {
    const account = this.#account;
    if (account === undefined) throw new Error('nobody has logged in');
    try {
      const opening = await openMaildrop(account, this.#ports.mailStore, this.#ports.locks);
      if (opening.kind !== 'opened') return opening;
      this.#held = opening.held;
      this.#sessionLog.noteOpened(account, opening.maildrop.count, opening.maildrop.sizeBytes);
      return opening;
    } catch (failure) {
      return { kind: 'failed', reply: this.#replyTo(failure) };
    }
  }

  async #sendMessage(effect: EffectOf<'send-message'>): Promise<Pop3Event | undefined> {
    const opened = await this.#openMessage(effect);
    if (!opened.ok) {
      await this.#replies.say(opened.error);
      return undefined;
    }
    await using content = opened.value;
    const { message, bodyLines } = effect;
    await this.#replies.say(effect.found);
    try {
      const sentBytes = await sendMessage(content, bodyLines, this.#replies);
      this.#sessionLog.noteSent(bodyLines === undefined, sentBytes);
    } catch (failure) {
      // No reply can be said now, and a message cut short must not look like a whole one: the connection ends.
      this.#replyTo(failure);
      await this.#replies.flush();
      throw failure;
    }
    return bodyLines === undefined ? { kind: 'message-sent', message } : undefined;
  }

  async #openMessage({ message, gone }: EffectOf<'send-message'>): Promise<Result<MessageContent, Pop3Reply>> {
    try {
      const content = await this.#maildrop().openMessage(message.uid);
      return content === undefined ? err(gone) : ok(content);
    } catch (failure) {
      return err(this.#replyTo(failure));
    }
  }

  async #update({ deletedUids, seenUids, done, failed }: EffectOf<'update'>): Promise<void> {
    const updated = await this.#updateMaildrop(deletedUids, seenUids);
    if (updated) this.#sessionLog.noteDeleted(deletedUids.length);
    this.#releaseMaildrop();
    await this.#replies.say(updated ? done : failed);
  }

  async #updateMaildrop(deletedUids: Uint32Array, seenUids: Uint32Array): Promise<boolean> {
    try {
      return await this.#maildrop().update(deletedUids, seenUids);
    } catch (failure) {
      this.#replyTo(failure);
      return false;
    }
  }

  #maildrop(): HeldMaildrop {
    if (this.#held === undefined) throw new Error('there is no maildrop');
    return this.#held;
  }

  #releaseMaildrop(): void {
    this.#held?.[Symbol.dispose]();
    this.#held = undefined;
  }

  #loginContext(): LoginContext {
    return loginContext('pop3', this.#connection);
  }

  #replyTo(failure: unknown): Pop3Reply {
    return replyToFailure(failure, this.#ports.log, this.#connection.facts.connectionId);
  }
}
