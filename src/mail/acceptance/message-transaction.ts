// One message on its way in, from MAIL to the reply that ends it: facts, verdict, amendment, plan, journal. It is known
// by its queue id from the start; the log says NOQUEUE until a recipient was accepted, as Postfix does.

import type { MilterStay } from '#mail/milters/milter-stay.ts';
import type { AuthenticationFacts } from '#mail/policy/authentication.ts';
import { decideContent } from '#mail/policy/content.ts';
import { decideRecipient, decideRecipientCount } from '#mail/policy/recipient.ts';
import { permit } from '#mail/policy/rule.ts';
import type { Verdict } from '#mail/policy/verdict.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { PendingDeferral } from '#mail/restrictions/deliberation.ts';
import type { Destination, Route } from '#mail/routing/route.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { GO_AHEAD, type SmtpReply } from '#protocols/smtp/reply.ts';
import type { AcceptanceWorld } from './acceptance-world.ts';
import { type Amendments, TRANSPORT_AMENDMENTS } from './amendments.ts';
import { describeArrival } from './arrival.ts';
import { trustIn } from './client-trust.ts';
import { gatherContentFacts } from './content-facts.ts';
import { findWithoutRoom, strongestOf, type WithoutRoom } from './content-room.ts';
import {
  type Envelope,
  type EnvelopeRecipient,
  isPosted,
  isSubmission,
  type RecipientParameters,
  type ReversePath,
  type SenderParameters,
  type SessionFacts,
} from './envelope.ts';
import { type JudgedContent, type JudgementRecord, recordJudgement } from './judgement-record.ts';
import { clientLine, LOG_AREAS, messageIdLine } from './log-lines.ts';
import { findAmendments } from './message-amendments.ts';
import { type AcceptedMessage, commitMessage } from './message-commit.ts';
import { type Filtering, filterMessage, unfiltered } from './message-filtering.ts';
import { type MessageHeader, readMessageHeader, textsOf } from './message-header.ts';
import { type MessageMilters, type MilterRecipient, openMessageMilters } from './message-milters.ts';
import { MessageRestrictions } from './message-restrictions.ts';
import type { RoutedRecipient } from './plan.ts';
import { destinationOf, gatherRecipientFacts } from './recipient-facts.ts';
import { checkSender } from './sender-checks.ts';
import type { ContentVerdict, Transaction } from './transaction.ts';
import { failureVerdict, verdictOrFailure } from './world-failure.ts';

/** What is known of a message besides its envelope when it begins. */
export interface Beginning {
  /** For a From that is missing, where the sender's address does not say it all. */
  readonly author?: string | undefined;
  /** What MAIL said, where our own tables make another of it. */
  readonly claimedSender?: ReversePath;
  /** What restrictions left open at MAIL. */
  readonly undecided?: PendingDeferral | undefined;
  /** Of what is posted: it is all here already. Otherwise there is what MAIL declared. */
  readonly sizeBytes?: number | undefined;
  /** The milters that were told of the client. */
  readonly milterStay?: MilterStay | undefined;
}

type AcceptedRecipient = EnvelopeRecipient & RoutedRecipient;

export class MessageTransaction implements Transaction {
  readonly queueId: string;
  readonly #world: AcceptanceWorld;
  readonly #session: SessionFacts;
  readonly #reversePath: ReversePath;
  readonly #parameters: SenderParameters;
  readonly #expectedBytes: number;
  readonly #author: string | undefined;
  readonly #restrictions: MessageRestrictions;
  readonly #milters: MessageMilters | undefined;
  readonly #arrivedMs: number;
  #recipients: AcceptedRecipient[] = [];
  /** Accepted at RCPT, and without room for what came. */
  #withoutRoom: ReadonlyMap<AcceptedRecipient, WithoutRoom> = new Map();

  constructor(
    world: AcceptanceWorld,
    session: SessionFacts,
    reversePath: ReversePath,
    parameters: SenderParameters,
    { author, claimedSender, undecided, sizeBytes, milterStay }: Beginning = {},
  ) {
    this.queueId = world.nextQueueId();
    this.#world = world;
    this.#session = session;
    this.#reversePath = reversePath;
    this.#parameters = parameters;
    this.#expectedBytes = sizeBytes ?? parameters.declaredSizeBytes ?? 0;
    this.#author = author;
    const sender = claimedSender ?? reversePath;
    this.#restrictions = new MessageRestrictions(world, {
      ...{ queueId: this.queueId, session, sender, parameters, undecided },
    });
    const known = { queueId: this.queueId, session, sender, parameters };
    this.#milters = openMessageMilters(world, known, milterStay, this.#restrictions.actions);
    this.#arrivedMs = world.clock.nowMs();
    const { connection, login } = session;
    world.journeyLog.record(
      this.queueId,
      isPosted(session)
        ? { kind: 'posted', user: login?.account, sender: this.#from() }
        : { kind: 'joined', key: connection.connectionId, clientAddress: connection.clientAddress },
    );
  }

  /** What can only be asked of the sender once there is a message. */
  async decideSender(): Promise<Verdict | undefined> {
    const refusal = await this.#milters?.judgeSender();
    if (refusal !== undefined) this.#milters?.end();
    return refusal;
  }

  async addRecipient(address: AddrSpec, parameters: RecipientParameters): Promise<Verdict> {
    const { log, routing } = this.#world;
    const recipient = formatAddrSpec(address);
    const known: KnownOfRecipient = { facts: {}, destinations: [] };
    const verdict = await verdictOrFailure(log, this.#session, this.queueId, async () => {
      const route = await routing.findRoute(address, this.#reversePath);
      this.#routed(recipient, route, known);
      return this.#countRefusal() ?? (await this.#judgeRecipient({ address, parameters }, route, known));
    });
    this.#judged('recipient', `<${recipient}>`, verdict, known.facts);
    if (verdict.outcome === 'permit')
      this.#accept({ address, parameters, recipient, destinations: known.destinations });
    return verdict;
  }

  #routed(recipient: string, route: Route, known: KnownOfRecipient): void {
    const { journeyLog, log, settings } = this.#world;
    journeyLog.record(this.queueId, { kind: 'routed', recipient, steps: route.steps });
    const trust = trustIn(this.#session, settings);
    known.facts = { route: route.kind, addressClass: route.addressClass, trust };
    if (route.kind === 'deliverable') known.destinations = route.destinations;
    if (route.kind === 'broken-table') log.write('error', 'trivial-rewrite', `${this.queueId}: ${route.mistake}`);
  }

  #countRefusal(): Verdict | undefined {
    const { smtpd_recipient_limit } = this.#world.settings;
    const recipientLimit = isPosted(this.#session) ? undefined : smtpd_recipient_limit;
    return decideRecipientCount({ acceptedRecipients: this.#recipients.length, recipientLimit });
  }

  async #judgeRecipient(named: EnvelopeRecipient, route: Route, known: KnownOfRecipient): Promise<Verdict> {
    const { address } = named;
    const recipient = { address, destination: destinationOf(address, route) };
    const judging = this.#restrictions.judgeRecipient(recipient);
    const judged = judging instanceof Promise ? await judging : judging;
    if (judged.refusal !== undefined) return judged.refusal;
    const question = { session: this.#session, address, route, expectedBytes: this.#expectedBytes };
    const facts = await gatherRecipientFacts(this.#world, question);
    const { room, verification } = facts;
    known.facts = {
      ...{ ...known.facts, room },
      ...(verification && { verification: verification.kind, verified: verification.text }),
    };
    if (route.kind === 'unknown-user') known.destinations = [unknownDestination(address)];
    const decided = decideRecipient(facts, judged.permission);
    const milters = isPosted(this.#session) ? undefined : this.#milters;
    const verdict = milters
      ? await askMilters(milters, decided, { ...named, destinations: known.destinations })
      : decided;
    if (verdict.outcome === 'permit') this.#restrictions.accept(recipient, judged);
    return verdict;
  }

  /** For what is posted on this machine: who posted it hears of the refusal by a bounce. */
  addRefused(address: AddrSpec, parameters: RecipientParameters, { code, enhanced, lines }: SmtpReply): void {
    const status = enhanced ?? `${Math.floor(code / 100)}.0.0`;
    const destination = refusedDestination(address, status, lines.join(' '));
    this.#accept({ address, parameters, recipient: formatAddrSpec(address), destinations: [destination] });
  }

  async decideData(spokeEarly: boolean): Promise<Verdict> {
    const refusal = await this.#judgeAsWhole('data', this.#parameters.declaredSizeBytes, spokeEarly);
    if (refusal !== undefined) return refusal;
    const refused = await this.#milters?.judgeData();
    if (refused !== undefined) this.#judged('data', this.queueId, refused, {});
    return refused ?? { rule: 'permit', ...permit(GO_AHEAD) };
  }

  /** `undefined` where no restriction is against it. */
  async #judgeAsWhole(
    stage: 'data' | 'content',
    sizeBytes: number | undefined,
    spokeEarly = false,
  ): Promise<Verdict | undefined> {
    const { refusal } = await this.#restrictions.judgeMessage(stage, { ...this.#session, spokeEarly }, sizeBytes);
    if (refusal !== undefined) this.#judged(stage, this.queueId, refusal, sizeBytes === undefined ? {} : { sizeBytes });
    return refusal;
  }

  async decideContent(content: MessageContent): Promise<ContentVerdict> {
    try {
      const header = await readMessageHeader(content, this.#world.settings.header_size_limit);
      const amendments = header && (await this.#findAmendments(header));
      this.#received(content, header, amendments);
      const refusal = await this.#judgeAsWhole('content', content.sizeBytes);
      if (refusal !== undefined) return this.#answer(refusal);
      const origin = header && (await this.#checkSender(content));
      const judged = await this.#judgeRoom(content, await this.#judgeContent(content, header, origin));
      const { mailbox } = judged.verdict;
      const message = header && amendments && { ...this.#known(), content, header, amendments, origin, mailbox };
      await using filtering =
        judged.verdict.outcome === 'permit' ? message && (await this.#filter(message)) : undefined;
      const verdict = filtering?.refusal ?? judged.verdict;
      this.#judged('content', this.queueId, verdict, judged.facts);
      if (filtering !== undefined && verdict.outcome === 'permit') await commitMessage(this.#world, filtering.message);
      if (verdict.outcome === 'reject' && isPosted(this.#session)) await this.#sendBack(content, header, verdict.reply);
      await this.#report(content, header, origin, verdict);
      return this.#answer(verdict);
    } catch (error) {
      return this.#answerFailure(error);
    } finally {
      this.#milters?.end();
    }
  }

  abandon(reason: 'reset' | 'disconnected' | 'too-large' | 'failed'): void {
    this.#world.journeyLog.record(this.queueId, { kind: 'abandoned', reason });
    this.#milters?.end();
  }

  async #checkSender(content: MessageContent): Promise<AuthenticationFacts | undefined> {
    const question = { queueId: this.queueId, session: this.#session, reversePath: this.#reversePath, content };
    return await checkSender(this.#world, question);
  }

  /** Who posted it hears of the refusal by a bounce. */
  async #sendBack(
    content: MessageContent,
    header: MessageHeader | undefined,
    { code, enhanced, lines }: SmtpReply,
  ): Promise<void> {
    const status = enhanced ?? `${Math.floor(code / 100)}.0.0`;
    this.#recipients = this.#recipients.map((recipient) => ({
      ...recipient,
      destinations: [refusedDestination(recipient.address, status, lines.join(' '))],
    }));
    const returned = { content, header: header ?? NO_HEADER, amendments: TRANSPORT_AMENDMENTS };
    await commitMessage(this.#world, { ...this.#known(), ...returned });
  }

  async #report(
    content: MessageContent,
    header: MessageHeader | undefined,
    origin: AuthenticationFacts | undefined,
    verdict: Verdict,
  ): Promise<void> {
    const { queueId } = this;
    const recipients = this.#recipients.map(({ address }) => address);
    const subject = header === undefined ? undefined : textsOf(header, 'subject')[0];
    const isOwn = this.#session.profile === 'own';
    await this.#world.reports?.note({ queueId, recipients, subject, content, verdict, origin, isOwn });
  }

  #accept(recipient: AcceptedRecipient): void {
    const area = LOG_AREAS[this.#session.profile];
    if (this.#recipients.length === 0) this.#world.log.write('info', area, clientLine(this.queueId, this.#session));
    this.#recipients.push(recipient);
  }

  #received(content: MessageContent, header: MessageHeader | undefined, amendments: Amendments | undefined): void {
    const event = describeArrival(content.sizeBytes, header, amendments);
    this.#world.journeyLog.record(this.queueId, event);
    this.#world.log.write('info', 'cleanup', messageIdLine(this.queueId, event.messageId));
  }

  async #judgeContent(
    { sizeBytes }: MessageContent,
    header: MessageHeader | undefined,
    authentication: AuthenticationFacts | undefined,
  ): Promise<JudgedContent> {
    const { queueId } = this;
    const submitter = isSubmission(this.#session) ? this.#session.login?.account : undefined;
    const question = { queueId, sizeBytes, header, submitter, authentication };
    const facts = await gatherContentFacts(this.#world, question);
    return { verdict: decideContent(facts), facts: { sizeBytes, hops: facts.hops } };
  }

  /** Recipients without room are told of one by one, unless nobody has any. */
  async #judgeRoom({ sizeBytes }: MessageContent, judged: JudgedContent): Promise<JudgedContent> {
    if (judged.verdict.outcome !== 'permit') return judged;
    const question = { session: this.#session, expectedBytes: this.#expectedBytes, sizeBytes };
    this.#withoutRoom = await findWithoutRoom(this.#world, question, this.#recipients);
    const whole = this.#taken().length === 0 ? strongestOf(this.#withoutRoom.values()) : undefined;
    if (whole !== undefined) return { verdict: whole.verdict, facts: { ...judged.facts, room: whole.room } };
    for (const [{ recipient }, { verdict, room }] of this.#withoutRoom) {
      this.#judged('content', `<${recipient}>`, verdict, { ...judged.facts, room });
    }
    return judged;
  }

  #taken(): readonly AcceptedRecipient[] {
    return this.#recipients.filter((recipient) => !this.#withoutRoom.has(recipient));
  }

  async #findAmendments(header: MessageHeader): Promise<Amendments> {
    const question = { queueId: this.queueId, session: this.#session, reversePath: this.#reversePath };
    return await findAmendments(this.#world, { ...question, author: this.#author }, header);
  }

  /** What was posted, milters are told of only now. */
  async #filter(message: AcceptedMessage): Promise<Filtering> {
    const milters = this.#milters;
    if (milters === undefined) return unfiltered(message);
    const refusal = isPosted(this.#session) ? await milters.introduce(this.#recipients) : undefined;
    return refusal === undefined ? await filterMessage(this.#world, milters, message) : unfiltered(message, refusal);
  }

  #known(): Pick<AcceptedMessage, 'queueId' | 'arrivedMs' | 'envelope' | 'actions' | 'recipients'> {
    return {
      queueId: this.queueId,
      arrivedMs: this.#arrivedMs,
      envelope: this.#envelope(),
      actions: this.#restrictions.actions,
      recipients: this.#taken(),
    };
  }

  #envelope(): Envelope {
    const recipients = this.#taken().map(({ address, parameters }) => ({ address, parameters }));
    return { session: this.#session, reversePath: this.#reversePath, sender: this.#parameters, recipients };
  }

  #answerFailure(error: unknown): ContentVerdict {
    const verdict = failureVerdict(this.#world.log, this.#session, this.queueId, error);
    this.#judged('content', this.queueId, verdict, {});
    return this.#answer(verdict);
  }

  /** LMTP says one reply for each recipient; SMTP has one for all. */
  #answer({ outcome, reply }: Verdict): ContentVerdict {
    const perRecipient = this.#session.profile === 'lmtp';
    const replies = perRecipient
      ? this.#recipients.map((recipient) => this.#withoutRoom.get(recipient)?.verdict.reply ?? reply)
      : [reply];
    return { queueId: this.queueId, outcome, replies };
  }

  #judged(
    stage: 'recipient' | 'data' | 'content',
    subject: string,
    verdict: Verdict,
    facts: JudgementRecord['facts'],
  ): void {
    recordJudgement(this.#world, {
      key: this.queueId,
      stage,
      subject,
      verdict,
      facts,
      session: this.#session,
      logId: this.#recipients.length === 0 ? 'NOQUEUE' : this.queueId,
      from: this.#from(),
      to: subject.startsWith('<') ? subject.slice(1, -1) : this.#onlyRecipient(),
    });
  }

  /** Where one of several stands for them, none is named. */
  #onlyRecipient(): string | undefined {
    return this.#recipients.length === 1 ? this.#recipients[0]?.recipient : undefined;
  }

  #from(): string {
    return this.#reversePath === undefined ? '' : formatAddrSpec(this.#reversePath);
  }
}

/** What becomes known of a recipient while it is judged. */
interface KnownOfRecipient {
  facts: JudgementRecord['facts'];
  destinations: readonly Destination[];
}

/** Of a message whose header is too large to be read: it goes back as it came. */
const NO_HEADER: MessageHeader = {
  octets: Buffer.alloc(0),
  fields: [],
  mboxLine: undefined,
  end: 0,
  separated: true,
  textOf: () => '',
};

/** Accepted all the same where the settings say so: whoever wrote it gets a bounce. */
function unknownDestination(address: AddrSpec): Destination {
  return refusedDestination(address, '5.1.1', 'User unknown');
}

/** They have the last word on whom we would take, and hear of whom we refuse. */
async function askMilters(milters: MessageMilters, decided: Verdict, recipient: MilterRecipient): Promise<Verdict> {
  if (decided.outcome === 'permit') return (await milters.judgeRecipient(recipient)) ?? decided;
  await milters.mentionRefused(recipient, decided.reply);
  return decided;
}

/** It waits for nobody: the queue bounces it at once. */
function refusedDestination(address: AddrSpec, status: string, text: string): Destination {
  return { kind: 'next-hop', address, nextHop: { transport: 'error', status, text }, sender: undefined };
}
