// Puts the machine's questions to those who decide, and brings their answers back in its words.

import { unreachable } from '#base/unreachable.ts';
import type { SessionFacts } from '#mail/acceptance/envelope.ts';
import type { Acceptance } from '#mail/acceptance/transaction.ts';
import {
  type Login,
  type LoginContext,
  type LoginExchange,
  type LoginStep,
  loginContext,
} from '#mail/login/exchange.ts';
import type { GreetAction } from '#mail/policy/connection.ts';
import type { Verdict } from '#mail/policy/verdict.ts';
import type { Connection } from '#mail/ports/connection.ts';
import type { Visit } from '#mail/visitors/visitors.ts';
import type { Greeting } from '#protocols/smtp/greeting.ts';
import type { Profile } from '#protocols/smtp/profile.ts';
import type { Answer, Question } from '#protocols/smtp/question.ts';
import { reply, type SmtpReply } from '#protocols/smtp/reply.ts';
import type { Session } from '#protocols/smtp/state.ts';
import { IncomingMessage, type IncomingMessageOptions } from './incoming-message.ts';

export interface QuestionsOptions extends IncomingMessageOptions {
  readonly connection: Connection;
  readonly profile: Profile['name'];
  readonly acceptance: Acceptance;
  /** It did not wait for its greeting. */
  readonly spokeFirst?: GreetAction | undefined;
  readonly login: Login;
  /** Counts the messages of the client's network. */
  readonly visit?: Pick<Visit, 'beginMessage'>;
  readonly replyToFailure: (error: unknown) => SmtpReply;
  /** Whether the client has sent more than what is answered now. */
  readonly hasMore?: () => boolean;
}

export class Questions {
  /** The message that is coming in. */
  message: IncomingMessage | undefined;
  readonly #options: QuestionsOptions;
  #exchange: LoginExchange | undefined;
  #login: SessionFacts['login'];

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  mechanisms(): readonly string[] {
    return this.#options.login.mechanisms(this.#loginContext());
  }

  /** A failing world is an answer, too. */
  async put(question: Question, session: Session): Promise<Answer> {
    try {
      return await this.#put(question, session);
    } catch (error) {
      const reply = this.#options.replyToFailure(error);
      if (question.kind === 'content') await this.abandon('failed');
      return { kind: 'failed', reply };
    }
  }

  async abandon(reason: Parameters<IncomingMessage['abandon']>[0]): Promise<void> {
    const message = this.message;
    this.message = undefined;
    await message?.abandon(reason);
  }

  async #put(question: Question, session: Session): Promise<Answer> {
    const { acceptance, login } = this.#options;
    switch (question.kind) {
      case 'connection':
        return verdictAnswer(await acceptance.decideConnection(this.#facts(session), this.#options.spokeFirst));
      case 'greeting':
        return verdictAnswer(await acceptance.decideGreeting(this.#facts(session, question.greeting)));
      case 'sender':
        return await this.#openTransaction(question, session);
      case 'recipient':
        return verdictAnswer(await this.#begun().transaction.addRecipient(question.address, question.parameters));
      case 'data':
        return verdictAnswer(await this.#decideData(question));
      case 'content':
        return await this.#decideContent();
      case 'login':
        this.#exchange = login.begin(question.mechanism, this.#loginContext());
        return this.#loginAnswer(await this.#exchange.next(question.response));
      case 'login-response':
        if (this.#exchange === undefined) throw new Error('a response without an exchange');
        return this.#loginAnswer(await this.#exchange.next(question.response));
      default:
        return unreachable(question);
    }
  }

  async #openTransaction(question: Extract<Question, { kind: 'sender' }>, session: Session): Promise<Answer> {
    const { reversePath, parameters } = question;
    const limited = this.#options.visit?.beginMessage();
    if (limited !== undefined) {
      return { kind: 'verdict', outcome: 'defer', reply: reply(450, '4.7.1', `Error: ${limited.text}`) };
    }
    const opening = await this.#options.acceptance.openTransaction(this.#facts(session), reversePath, parameters);
    if (opening.transaction !== undefined) {
      this.message = new IncomingMessage(opening.transaction, parameters.body === 'BINARYMIME', this.#options);
    }
    return verdictAnswer(opening.verdict);
  }

  /** Behind DATA the client must wait; behind BDAT its octets follow. */
  #decideData({ chunk }: Extract<Question, { kind: 'data' }>): Promise<Verdict> {
    const spokeEarly = chunk === undefined && (this.#options.hasMore?.() ?? false);
    return this.#begun().transaction.decideData(spokeEarly);
  }

  async #decideContent(): Promise<Answer> {
    const { replies } = await this.#begun().decide();
    this.message = undefined;
    return { kind: 'content', replies };
  }

  #begun(): IncomingMessage {
    if (this.message === undefined) throw new Error('a question about a message before MAIL was permitted');
    return this.message;
  }

  #loginAnswer(step: LoginStep): Answer {
    if (step.kind === 'accepted') this.#login = { account: step.account.id, mechanism: step.mechanism };
    if (step.kind !== 'challenge') this.#exchange = undefined;
    return { kind: 'login', outcome: step };
  }

  #facts(session: Session, greeting: Greeting | undefined = session.greeting): SessionFacts {
    const { connection, profile } = this.#options;
    return {
      profile,
      connection: connection.facts,
      tls: connection.tls,
      helo: greeting?.name,
      extended: greeting?.extended ?? false,
      login: session.authenticated ? this.#login : undefined,
    };
  }

  #loginContext(): LoginContext {
    const { connection, profile } = this.#options;
    const service = profile === 'submission' || profile === 'submissions' ? 'submission' : 'smtp';
    return loginContext(service, connection);
  }
}

function verdictAnswer(verdict: Verdict): Answer {
  return { kind: 'verdict', outcome: verdict.outcome, reply: verdict.reply };
}
