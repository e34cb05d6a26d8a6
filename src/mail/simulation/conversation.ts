// One made-up client at the real SMTP machine: each command goes in as a line, each question of the machine is put to
// acceptance, and what comes out is collected, command by command. Only octets and sockets are missing.

import { unreachable } from '#base/unreachable.ts';
import type { SessionFacts } from '#mail/acceptance/envelope.ts';
import type { Acceptance, Transaction } from '#mail/acceptance/transaction.ts';
import type { ConnectionFacts, TlsFacts } from '#mail/ports/connection.ts';
import type { Account } from '#mail/ports/directory.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { Effect, SmtpEvent, Step } from '#protocols/smtp/event.ts';
import { SmtpFraming } from '#protocols/smtp/framing.ts';
import type { Answer, Question } from '#protocols/smtp/question.ts';
import type { SmtpReply } from '#protocols/smtp/reply.ts';
import { begin, step } from '#protocols/smtp/session.ts';
import type { SmtpSetting } from '#protocols/smtp/setting.ts';
import type { Session, SmtpState } from '#protocols/smtp/state.ts';
import type { Exchange, Transcript } from './transcript.ts';

export interface ConversationOptions {
  readonly setting: SmtpSetting;
  readonly connection: ConnectionFacts;
  readonly acceptance: Acceptance;
  /** TLS from the first octet on. */
  readonly implicitTls: boolean;
  readonly transcript: Transcript;
  /** Whoever logs in; `undefined` where there is no such account. */
  readonly account: Account | undefined;
}

/** A good connection of our days. */
const TLS: TlsFacts = { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', bits: 256, serverName: undefined };
/** The password is taken as right, so that one mechanism stands for all. */
export const SIMULATED_MECHANISM = 'PLAIN';

export class Conversation {
  readonly #options: ConversationOptions;
  #state: SmtpState;
  #tls: TlsFacts | undefined;
  #login: SessionFacts['login'];
  #transaction: Transaction | undefined;
  #content: MessageContent | undefined;

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.#tls = options.implicitTls ? TLS : undefined;
    this.#state = this.#arrival().state;
  }

  get phase(): SmtpState['phase'] {
    return this.#state.phase;
  }

  connect(): Promise<Exchange> {
    return this.#perform('', this.#arrival());
  }

  say(command: string): Promise<Exchange> {
    const { limits } = this.#options.setting;
    const event = readLine(command, limits.commandLineOctets);
    return this.#perform(command, step(this.#state, event, this.#options.setting));
  }

  /** All octets of the message, and the dot behind them. */
  sendContent(content: MessageContent): Promise<Exchange> {
    const { setting } = this.#options;
    this.#content = content;
    const { messageOctets } = setting.limits;
    const kind = messageOctets > 0 && content.sizeBytes > messageOctets ? 'too-large' : 'complete';
    return this.#perform('.', step(this.#state, { kind: 'content-ended', outcome: { kind } }, setting));
  }

  /** The client is gone. */
  end(): void {
    this.#options.acceptance.leave(this.#options.connection);
  }

  #arrival(): Step {
    return begin({ secured: this.#tls !== undefined, mechanisms: this.#mechanisms() });
  }

  /** Until the machine waits for the client again. */
  async #perform(command: string, first: Step): Promise<Exchange> {
    const exchange = this.#options.transcript.begin(command);
    for (let next: Step | undefined = first; next !== undefined; ) {
      this.#state = next.state;
      let event: SmtpEvent | undefined;
      for (const effect of next.effects) event = (await this.#effect(effect, exchange)) ?? event;
      next = event && step(this.#state, event, this.#options.setting);
    }
    return exchange;
  }

  async #effect(effect: Effect, { replies }: Exchange): Promise<SmtpEvent | undefined> {
    switch (effect.kind) {
      case 'reply':
        replies.push(effect.reply);
        return undefined;
      case 'ask':
        return { kind: 'answer', answer: await this.#answer(effect.question, this.#state.session) };
      case 'start-tls':
        this.#tls = TLS;
        return { kind: 'tls-started', mechanisms: this.#mechanisms() };
      case 'abandon':
        this.#transaction?.abandon(effect.reason);
        this.#transaction = undefined;
        return undefined;
      case 'hold-back':
      case 'close':
        return undefined;
      default:
        return unreachable(effect);
    }
  }

  async #answer(question: Question, session: Session): Promise<Answer> {
    const { acceptance } = this.#options;
    switch (question.kind) {
      case 'connection':
        return { kind: 'verdict', ...(await acceptance.decideConnection(this.#facts(session))) };
      case 'greeting':
        return { kind: 'verdict', ...(await acceptance.decideGreeting(this.#facts(session, question.greeting))) };
      case 'sender': {
        const { reversePath, parameters } = question;
        const opening = await acceptance.openTransaction(this.#facts(session), reversePath, parameters);
        this.#transaction = opening.transaction;
        return { kind: 'verdict', ...opening.verdict };
      }
      case 'recipient':
        return {
          kind: 'verdict',
          ...(await this.#begun().addRecipient(question.address, question.parameters)),
        };
      case 'data':
        return { kind: 'verdict', ...(await this.#begun().decideData(false)) };
      case 'content':
        return { kind: 'content', replies: await this.#decideContent() };
      case 'login':
        return { kind: 'login', outcome: this.#logIn(question.response) };
      case 'login-response':
        throw new Error('a simulated login has one step');
      default:
        return unreachable(question);
    }
  }

  async #decideContent(): Promise<readonly SmtpReply[]> {
    if (this.#content === undefined) throw new Error('a question about a content that was not sent');
    const { replies } = await this.#begun().decideContent(this.#content);
    return replies;
  }

  /** `\0login\0password`, RFC 4616: whoever has an account may come in. */
  #logIn(response: Buffer | undefined): Extract<Answer, { kind: 'login' }>['outcome'] {
    const login = response?.toString().split('\0')[1] ?? '';
    const { transcript, account } = this.#options;
    const mechanism = SIMULATED_MECHANISM;
    if (account === undefined || account.disabled) {
      const reason = account === undefined ? 'invalid-credentials' : 'disabled';
      transcript.event({ kind: 'authentication-failed', login, mechanism, reason });
      return { kind: 'rejected', reason };
    }
    this.#login = { account: account.id, mechanism };
    transcript.event({ kind: 'authenticated', account: account.id, mechanism });
    return { kind: 'accepted', data: undefined };
  }

  #begun(): Transaction {
    if (this.#transaction === undefined) throw new Error('a question about a message before MAIL was permitted');
    return this.#transaction;
  }

  #mechanisms(): readonly string[] {
    return this.#tls === undefined ? [] : [SIMULATED_MECHANISM];
  }

  #facts(session: Session, greeting = session.greeting): SessionFacts {
    const { connection, setting } = this.#options;
    return {
      profile: setting.profile.name,
      connection,
      tls: this.#tls,
      helo: greeting?.name,
      extended: greeting?.extended ?? false,
      login: session.authenticated ? this.#login : undefined,
    };
  }
}

/** As framing reads it: a text that would be several lines is none. */
function readLine(text: string, limitOctets: number): SmtpEvent {
  const broken = { kind: 'broken-line', defect: 'bare-line-end' } as const;
  if (/[\r\n]/.test(text)) return broken;
  const framing = new SmtpFraming();
  framing.push(Buffer.from(`${text}\r\n`));
  return framing.nextLine(limitOctets) ?? broken;
}
