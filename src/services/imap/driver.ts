// The driver of one IMAP connection: it reads, frames and parses, drives the machine, asks the world for it, and sends
// what comes out.

import { unreachable } from '#base/unreachable.ts';
import type { Login } from '#mail/login/exchange.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Connection } from '#mail/ports/connection.ts';
import type { Log } from '#mail/ports/log.ts';
import type { MailStore } from '#mail/ports/mail-store.ts';
import type { ContentStore } from '#mail/ports/message-content.ts';
import type { Visit } from '#mail/visitors/visitors.ts';
import { decideLiteral } from '#protocols/imap/decide-literal.ts';
import type { FrameEvent, FrameRefusal } from '#protocols/imap/framing.ts';
import { parseCommand } from '#protocols/imap/grammar/parse-command.ts';
import { LIMITS_AFTER_LOGIN, LIMITS_BEFORE_LOGIN } from '#protocols/imap/limits.ts';
import { type Quirks, STRICT } from '#protocols/imap/quirks.ts';
import { formatContinuation } from '#protocols/imap/response.ts';
import type { Segment } from '#protocols/imap/segment.ts';
import { initialState, type SessionEvent, step } from '#protocols/imap/session.ts';
import type { SessionState } from '#protocols/imap/state.ts';
import { ConnectionLost } from './connection-lost.ts';
import { replyToFailure } from './failure.ts';
import { Input } from './input.ts';
import { DEFAULT_IMAP_LIMITS, type ImapLimits } from './limits.ts';
import { Output } from './output.ts';
import { openPause } from './pause.ts';
import { Questions } from './questions.ts';
import { WatchedMailbox } from './watched-mailbox.ts';

export interface ImapDependencies {
  readonly login: Login;
  readonly mailStore: MailStore;
  readonly contentStore: ContentStore;
  readonly clock: Clock;
  readonly log: Log;
  /** The program's, for ID. */
  readonly version: string;
  /** Waits; answers to many mistakes are held back by it. */
  readonly delay: (ms: number) => Promise<void>;
  readonly limits?: ImapLimits;
  /** Counts the sessions of an account. */
  readonly visit?: Pick<Visit, 'openSession'>;
  readonly quirks?: Quirks;
}

export class Driver {
  readonly #connection: Connection;
  readonly #dependencies: ImapDependencies;
  readonly #limits: ImapLimits;
  readonly #quirks: Quirks;
  readonly #input: Input;
  readonly #output: Output;
  readonly #watched: WatchedMailbox;
  readonly #questions: Questions;
  readonly #loginDeadlineMs: number;
  #state: SessionState;

  constructor(connection: Connection, dependencies: ImapDependencies) {
    const { limits = DEFAULT_IMAP_LIMITS, quirks = STRICT, clock, version, mailStore } = dependencies;
    this.#connection = connection;
    this.#dependencies = dependencies;
    this.#limits = limits;
    this.#quirks = quirks;
    this.#input = new Input(connection, quirks);
    this.#output = new Output(connection);
    this.#watched = new WatchedMailbox(mailStore, (change) => {
      this.#state = step(this.#state, { kind: 'changed', change }).state;
    });
    this.#questions = new Questions({
      ...dependencies,
      connection,
      input: this.#input,
      output: this.#output,
      watched: this.#watched,
      pause: openPause(),
      limits,
    });
    this.#loginDeadlineMs = clock.nowMs() + limits.loginTimeoutMs;
    this.#state = initialState({
      secure: connection.tls !== undefined,
      mechanisms: this.#questions.mechanisms(),
      appendLimitBytes: limits.appendBytes,
      identity: [
        ['name', 'Valija'],
        ['version', version],
      ],
    });
  }

  /** Until the session is over; how it ended, for the log. */
  async run(): Promise<string> {
    await this.#apply({ kind: 'connected' });
    try {
      while (this.#state.phase !== 'logout') await this.#goOn(this.#state.activity.kind);
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
      return this.#endLost(error);
    }
    return 'Logged out';
  }

  async #endLost({ how, message }: ConnectionLost): Promise<string> {
    if (how === 'closed') return 'Connection closed';
    if (how === 'stopping') {
      await this.#apply({ kind: 'closing', message: 'Server shutting down' });
      return 'Server shutting down';
    }
    if (how === 'unreadable') this.#dependencies.log.write('error', 'imap', message, this.#logFields());
    if (how !== 'silent') return `Connection lost: ${message}`;
    // Silence looks like a reset: where it is one, the farewell cannot be written, and that is noticed there.
    await this.#apply({ kind: 'closing', message: 'Autologout: nothing was said for too long' });
    return 'Autologout';
  }

  /** Silent about a client that never logged in: that was told when it failed. */
  end(how: string): void {
    this.#watched.close();
    const { account } = this.#questions;
    if (account === undefined) return;
    const text = `user=<${account}>: ${how} in=${this.#input.receivedBytes} out=${this.#output.sentBytes}`;
    this.#dependencies.log.write('info', 'imap', text, this.#logFields());
  }

  #goOn(activity: 'ready' | 'asking' | 'authenticating' | 'idling'): Promise<void> {
    switch (activity) {
      case 'ready':
        return this.#hearCommand();
      case 'authenticating':
        return this.#hearLine();
      case 'idling':
        return this.#idle();
      case 'asking':
        throw new Error('a question was left unanswered');
      default:
        return unreachable(activity);
    }
  }

  async #hearCommand(): Promise<void> {
    const frame = this.#input.framer.next();
    if (frame !== undefined) return this.#hearFrame(frame);
    await this.#output.flush();
    await this.#input.more(this.#timeoutMs(), 'quiet');
  }

  async #hearLine(): Promise<void> {
    const line = this.#input.framer.nextLine();
    if (line !== undefined) return this.#apply(line.kind === 'line' ? line : notUnderstood(line));
    await this.#output.flush();
    await this.#input.more(this.#timeoutMs(), 'quiet');
  }

  /** What happens first: the client speaks, its mailbox changes, or it is time to look at the files. */
  async #idle(): Promise<void> {
    const line = this.#input.framer.nextLine();
    if (line !== undefined) return this.#apply(line.kind === 'line' ? line : notUnderstood(line));
    await this.#output.flush();
    const happened = this.#watched.nextEvent(this.#limits.idleRefreshMs);
    const event = await Promise.race([this.#input.more(this.#timeoutMs(), 'quiet'), happened.event]).finally(
      happened.cancel,
    );
    if (event === 'time') await this.#watched.refresh().catch((error: unknown) => this.#logFailure(error));
    if (event === 'changed') await this.#apply({ kind: 'settle' });
  }

  async #hearFrame(frame: FrameEvent): Promise<void> {
    switch (frame.kind) {
      case 'command':
        return this.#hearSegments(frame.segments);
      case 'literal-begin':
        return this.#hearOffer(frame);
      case 'refused':
        return this.#apply(notUnderstood(frame));
      case 'literal-chunk':
      case 'literal-end':
        throw new Error('octets of a literal that nobody reads');
      default:
        return unreachable(frame);
    }
  }

  async #hearSegments(segments: readonly Segment[]): Promise<void> {
    const parsed = parseCommand(segments, this.#quirks);
    if (parsed.ok) return this.#apply({ kind: 'command', command: parsed.value });
    const { tag, status, code, message } = parsed.error;
    return this.#apply({
      kind: 'not-understood',
      tag,
      status: status === 'NO' ? 'NO' : 'BAD',
      code,
      message,
      fatal: false,
    });
  }

  /** An APPEND begins before its message is here; other literals are parts of a command. */
  async #hearOffer({ segments, offer }: Extract<FrameEvent, { kind: 'literal-begin' }>): Promise<void> {
    const limits = this.#state.phase === 'not-authenticated' ? LIMITS_BEFORE_LOGIN : LIMITS_AFTER_LOGIN;
    const decision = decideLiteral(segments, limits, this.#quirks);
    switch (decision.kind) {
      case 'stream':
        this.#questions.offer = offer;
        await this.#apply({ kind: 'command', command: decision.command });
        if (this.#questions.offer !== undefined) await this.#refuseOffer();
        return;
      case 'buffer':
        this.#input.framer.acceptLiteral('buffer');
        if (offer.synchronizing) await this.#output.send(formatContinuation('OK'));
        return;
      case 'refuse': {
        const { tag } = decision;
        await this.#apply({ kind: 'not-understood', tag, code: 'TOOBIG', message: 'Literal too large', fatal: false });
        return this.#refuseOffer();
      }
      default:
        return unreachable(decision);
    }
  }

  async #refuseOffer(): Promise<void> {
    this.#questions.offer = undefined;
    if (this.#input.framer.refuseLiteral() === 'resynchronized') return;
    await this.#apply({ kind: 'closing', message: 'The literal is too large to be skipped' });
  }

  /** One event, and all that follows from it until the client is to speak. */
  async #apply(event: SessionEvent): Promise<void> {
    for (let next: SessionEvent | undefined = event; next !== undefined; ) {
      const { state, effects } = step(this.#state, next);
      this.#enter(state);
      next = undefined;
      for (const effect of effects) {
        if (effect.kind === 'send') await this.#output.send(effect.output);
        else if (effect.kind === 'close') await this.#output.flush();
        else if (effect.kind === 'hold-back') await this.#holdBack();
        else next = await this.#answer(effect.question);
      }
    }
  }

  /** What was answered before does not wait with it. */
  async #holdBack(): Promise<void> {
    await this.#output.flush();
    await this.#dependencies.delay(this.#limits.errorSleepMs);
  }

  async #answer(question: Parameters<Questions['put']>[0]): Promise<SessionEvent> {
    try {
      return { kind: 'answered', answer: await this.#questions.put(question) };
    } catch (error) {
      // A handshake that failed leaves nobody to talk to.
      if (question.kind === 'start-tls') throw error;
      return this.#logFailure(error);
    }
  }

  #enter(state: SessionState): void {
    const loggedIn = this.#state.phase === 'not-authenticated' && state.phase === 'authenticated';
    this.#state = state;
    if (loggedIn) this.#input.widen();
    if (state.phase !== 'selected') this.#watched.close();
    this.#watched.release();
  }

  #logFailure(failure: unknown): SessionEvent {
    return replyToFailure(failure, this.#dependencies.log, this.#connection.facts.connectionId);
  }

  #logFields(): { readonly session: string } {
    return { session: this.#connection.facts.connectionId };
  }

  #timeoutMs(): number {
    if (this.#state.phase !== 'not-authenticated') return this.#limits.inactivityTimeoutMs;
    return Math.max(1, this.#loginDeadlineMs - this.#dependencies.clock.nowMs());
  }
}

function notUnderstood({ tag, message, fatal }: FrameRefusal): SessionEvent {
  return { kind: 'not-understood', tag, message, fatal };
}
