// What the machine asks, answered: each question is one entry of a table, most of them one call of the mail store.

import { ok } from '#base/result.ts';
import {
  type Login,
  type LoginContext,
  type LoginExchange,
  type LoginStep,
  loginContext,
} from '#mail/login/exchange.ts';
import { findSystemFlag } from '#mail/mailboxes/flags.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Connection } from '#mail/ports/connection.ts';
import type { MailStore } from '#mail/ports/mail-store.ts';
import type { ContentStore, MessageContent } from '#mail/ports/message-content.ts';
import type { Pause } from '#mail/search/body-search.ts';
import { searchMailbox } from '#mail/search/search-mailbox.ts';
import type { Visit } from '#mail/visitors/visitors.ts';
import type { AnswerTo, LoginAnswer, Question, QuestionKind, QuestionOf } from '#protocols/imap/question.ts';
import type { LiteralOffer } from '#protocols/imap/segment.ts';
import { FetchStream } from './fetch-stream.ts';
import type { Input } from './input.ts';
import type { ImapLimits } from './limits.ts';
import type { Output } from './output.ts';
import { receiveMessage } from './receive-message.ts';
import { flagNamesOf, type WatchedMailbox } from './watched-mailbox.ts';

export interface QuestionPorts {
  readonly connection: Connection;
  readonly login: Login;
  readonly mailStore: MailStore;
  readonly contentStore: ContentStore;
  readonly clock: Clock;
  readonly input: Input;
  readonly output: Output;
  readonly watched: WatchedMailbox;
  readonly pause: Pause;
  readonly visit?: Pick<Visit, 'openSession'>;
  readonly limits: ImapLimits;
}

type Answers = { readonly [K in QuestionKind]: (session: Questions, question: QuestionOf<K>) => Promise<AnswerTo<K>> };

export class Questions {
  // One table for all sessions: a thousand that idle need not have one each.

  static readonly #loginAnswers = {
    'check-password': async (session, { user, password }) =>
      session.#noteLogin(await session.#ports.login.password(user, password, session.#loginContext())),
    'begin-sasl': async (session, { mechanism, initialResponse }) => {
      session.#exchange = session.#ports.login.begin(mechanism, session.#loginContext());
      return session.#noteLogin(await session.#exchange.next(initialResponse));
    },
    'continue-sasl': async (session, { response }) => {
      if (session.#exchange === undefined) throw new Error('a response without an exchange');
      return session.#noteLogin(await session.#exchange.next(response));
    },
    'start-tls': async (session) => {
      const { connection, input, output } = session.#ports;
      await output.flush();
      input.framer.discardInput();
      await connection.startTls();
      return { mechanisms: session.mechanisms() };
    },
  } satisfies Partial<Answers>;

  static readonly #mailboxAnswers = {
    list: (session) => session.#store.listMailboxes(session.#who()),
    status: (session, { mailbox }) => session.#store.status(session.#who(), mailbox),
    create: (session, { mailbox, specialUse }) => session.#store.createMailbox(session.#who(), mailbox, specialUse),
    delete: (session, { mailbox }) => session.#store.deleteMailbox(session.#who(), mailbox),
    rename: (session, { from, to }) => session.#store.renameMailbox(session.#who(), from, to),
    subscribe: (session, { mailbox, subscribed }) => session.#store.setSubscribed(session.#who(), mailbox, subscribed),
    open: (session, { mailbox, access }) => session.#ports.watched.open(session.#who(), mailbox, access),
    refresh: async (session, { mailbox }) => {
      await session.#store.refresh(session.#who(), mailbox);
      return undefined;
    },
  } satisfies Partial<Answers>;

  static readonly #messageAnswers = {
    'receive-message': async (session, { sizeBytes }) => {
      const outcome = await receiveMessage(session.#ports, session.#takeOffer(sizeBytes));
      if (outcome.kind === 'received') session.#received = outcome.content;
      return outcome.kind;
    },
    append: (session, question) => session.#append(question),
    fetch: (session, question) => session.#fetchStream.send(session.#who(), question),
    search: (session, { mailbox, key }) =>
      searchMailbox(key, mailbox.view, {
        headers: (uids, words) => session.#store.prepareFetch(session.#who(), mailbox.name, uids, ['header'], words),
        open: (uids, words) => session.#store.openMessages(session.#who(), mailbox.name, uids, words),
        pause: session.#ports.pause,
      }),
    store: async (session, { mailbox, uids, mode, flags, unchangedSince }) => {
      const change = { mode, ...sortFlags(flags), unchangedSinceModSeq: unchangedSince };
      const outcome = await session.#store.changeFlags(session.#who(), mailbox, uids, change);
      if (!outcome.ok) return outcome;
      const { changed, modified } = outcome.value;
      return ok({ changed: { ...changed, flagNames: flagNamesOf(changed.keywords) }, modified });
    },
    expunge: (session, { mailbox, uids }) => session.#store.expunge(session.#who(), mailbox, uids),
    transfer: (session, { how, from, uids, to }) => session.#store[how](session.#who(), from, uids, to),
  } satisfies Partial<Answers>;

  static readonly #answers: Answers = {
    ...Questions.#loginAnswers,
    ...Questions.#mailboxAnswers,
    ...Questions.#messageAnswers,
  };

  readonly #ports: QuestionPorts;
  readonly #fetchStream: FetchStream;
  #account: AccountId | undefined;
  #exchange: LoginExchange | undefined;
  #received: MessageContent | undefined;
  /** An APPEND's message, announced and not taken in yet. */
  offer: LiteralOffer | undefined;

  constructor(ports: QuestionPorts) {
    this.#ports = ports;
    this.#fetchStream = new FetchStream(ports);
  }

  get account(): AccountId | undefined {
    return this.#account;
  }

  mechanisms(): readonly string[] {
    return this.#ports.login.mechanisms(this.#loginContext());
  }

  async put(question: Question): Promise<unknown> {
    const answer: (session: Questions, question: Question) => Promise<unknown> = Questions.#answers[
      question.kind
    ] as never;
    return answer(this, question);
  }

  async #append({ mailbox, flags, internalDateMs }: QuestionOf<'append'>): Promise<AnswerTo<'append'>> {
    await using content = this.#received;
    this.#received = undefined;
    if (content === undefined) throw new Error('an APPEND without a message');
    const { clock } = this.#ports;
    // Awaited here: the content is disposed of when this returns.
    return await this.#store.append(this.#who(), mailbox, [
      {
        content,
        prefix: Buffer.alloc(0),
        internalDateMs: internalDateMs ?? clock.nowMs(),
        ...sortFlags(flags),
        mode: 'append',
      },
    ]);
  }

  get #store(): MailStore {
    return this.#ports.mailStore;
  }

  #takeOffer(sizeBytes: number): LiteralOffer {
    const { offer } = this;
    this.offer = undefined;
    if (offer?.sizeBytes !== sizeBytes) throw new Error('a message that was not announced');
    return offer;
  }

  #noteLogin(step: LoginStep): LoginAnswer {
    if (step.kind !== 'accepted') return step;
    const refusal = this.#ports.visit?.openSession(step.account.id);
    if (refusal !== undefined) return { kind: 'rejected', reason: 'too-many-sessions' };
    this.#account = step.account.id;
    return step;
  }

  #who(): AccountId {
    if (this.#account === undefined) throw new Error('a question about mail before login');
    return this.#account;
  }

  #loginContext(): LoginContext {
    return loginContext('imap', this.#ports.connection);
  }
}

function sortFlags(names: readonly string[]): { systemFlags: number; keywords: string[] } {
  let systemFlags = 0;
  const keywords: string[] = [];
  for (const name of names) {
    const bit = findSystemFlag(name);
    if (bit === undefined) keywords.push(name);
    else systemFlags |= bit;
  }
  return { systemFlags, keywords };
}
