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

type Answers = { readonly [K in QuestionKind]: (question: QuestionOf<K>) => Promise<AnswerTo<K>> };

export class Questions {
  readonly #ports: QuestionPorts;
  readonly #fetchStream: FetchStream;
  readonly #answers: Answers;
  #account: AccountId | undefined;
  #exchange: LoginExchange | undefined;
  #received: MessageContent | undefined;
  /** An APPEND's message, announced and not taken in yet. */
  offer: LiteralOffer | undefined;

  constructor(ports: QuestionPorts) {
    this.#ports = ports;
    this.#fetchStream = new FetchStream(ports);
    this.#answers = { ...this.#loginAnswers(), ...this.#mailboxAnswers(), ...this.#messageAnswers() };
  }

  get account(): AccountId | undefined {
    return this.#account;
  }

  mechanisms(): readonly string[] {
    return this.#ports.login.mechanisms(this.#loginContext());
  }

  async put(question: Question): Promise<unknown> {
    const answer: (question: Question) => Promise<unknown> = this.#answers[question.kind] as never;
    return answer(question);
  }

  #loginAnswers() {
    const { login, connection, input, output } = this.#ports;
    return {
      'check-password': async ({ user, password }) =>
        this.#noteLogin(await login.password(user, password, this.#loginContext())),
      'begin-sasl': async ({ mechanism, initialResponse }) => {
        this.#exchange = login.begin(mechanism, this.#loginContext());
        return this.#noteLogin(await this.#exchange.next(initialResponse));
      },
      'continue-sasl': async ({ response }) => {
        if (this.#exchange === undefined) throw new Error('a response without an exchange');
        return this.#noteLogin(await this.#exchange.next(response));
      },
      'start-tls': async () => {
        await output.flush();
        input.framer.discardInput();
        await connection.startTls();
        return { mechanisms: this.mechanisms() };
      },
    } satisfies Partial<Answers>;
  }

  #mailboxAnswers() {
    const { mailStore, watched } = this.#ports;
    return {
      list: () => mailStore.listMailboxes(this.#who()),
      status: ({ mailbox }) => mailStore.status(this.#who(), mailbox),
      create: ({ mailbox, specialUse }) => mailStore.createMailbox(this.#who(), mailbox, specialUse),
      delete: ({ mailbox }) => mailStore.deleteMailbox(this.#who(), mailbox),
      rename: ({ from, to }) => mailStore.renameMailbox(this.#who(), from, to),
      subscribe: ({ mailbox, subscribed }) => mailStore.setSubscribed(this.#who(), mailbox, subscribed),
      open: ({ mailbox, access }) => watched.open(this.#who(), mailbox, access),
      refresh: async ({ mailbox }) => {
        await mailStore.refresh(this.#who(), mailbox);
        return undefined;
      },
    } satisfies Partial<Answers>;
  }

  #messageAnswers() {
    const { mailStore, pause } = this.#ports;
    return {
      'receive-message': async ({ sizeBytes }) => {
        const outcome = await receiveMessage(this.#ports, this.#takeOffer(sizeBytes));
        if (outcome.kind === 'received') this.#received = outcome.content;
        return outcome.kind;
      },
      append: (question) => this.#append(question),
      fetch: (question) => this.#fetchStream.send(this.#who(), question),
      search: ({ mailbox, key }) =>
        searchMailbox(key, mailbox.view, {
          headers: (uids, words) => mailStore.prepareFetch(this.#who(), mailbox.name, uids, ['header'], words),
          open: (uids, words) => mailStore.openMessages(this.#who(), mailbox.name, uids, words),
          pause,
        }),
      store: async ({ mailbox, uids, mode, flags, unchangedSince }) => {
        const change = { mode, ...sortFlags(flags), unchangedSinceModSeq: unchangedSince };
        const outcome = await mailStore.changeFlags(this.#who(), mailbox, uids, change);
        if (!outcome.ok) return outcome;
        const { changed, modified } = outcome.value;
        return ok({ changed: { ...changed, flagNames: flagNamesOf(changed.keywords) }, modified });
      },
      expunge: ({ mailbox, uids }) => mailStore.expunge(this.#who(), mailbox, uids),
      transfer: ({ how, from, uids, to }) => mailStore[how](this.#who(), from, uids, to),
    } satisfies Partial<Answers>;
  }

  async #append({ mailbox, flags, internalDateMs }: QuestionOf<'append'>): Promise<AnswerTo<'append'>> {
    await using content = this.#received;
    this.#received = undefined;
    if (content === undefined) throw new Error('an APPEND without a message');
    const { mailStore, clock } = this.#ports;
    // Awaited here: the content is disposed of when this returns.
    return await mailStore.append(this.#who(), mailbox, [
      {
        content,
        prefix: Buffer.alloc(0),
        internalDateMs: internalDateMs ?? clock.nowMs(),
        ...sortFlags(flags),
        mode: 'append',
      },
    ]);
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
