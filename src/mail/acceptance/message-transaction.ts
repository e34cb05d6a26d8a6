// One message on its way in, from MAIL to the reply that ends it: facts, verdict, amendment, plan, journal. It is known
// by its queue id from the start; the log says NOQUEUE until a recipient was accepted, as Postfix does.

import { IncompleteFiling } from '#mail/filing/incomplete-filing.ts';
import { decideContent, queuedReply } from '#mail/policy/content.ts';
import { decideRecipient } from '#mail/policy/recipient.ts';
import type { Verdict } from '#mail/policy/verdict.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { Destination } from '#mail/routing/route.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { SmtpReply } from '#protocols/smtp/reply.ts';
import type { AcceptanceWorld } from './acceptance-world.ts';
import { type Amendments, amend, submissionAmendments, TRANSPORT_AMENDMENTS } from './amendments.ts';
import { describeArrival } from './arrival.ts';
import { gatherContentFacts } from './content-facts.ts';
import { planDeliveries } from './delivery-plan.ts';
import {
  type Envelope,
  type EnvelopeRecipient,
  isSubmission,
  type RecipientParameters,
  type ReversePath,
  type SenderParameters,
  type SessionFacts,
} from './envelope.ts';
import { type JudgementRecord, recordJudgement } from './judgement-record.ts';
import { activeLine, clientLine, LOG_AREAS, messageIdLine } from './log-lines.ts';
import { type MessageHeader, readMessageHeader } from './message-header.ts';
import { isFileAction, type RoutedRecipient } from './plan.ts';
import { gatherRecipientFacts } from './recipient-facts.ts';
import type { ContentVerdict, Transaction } from './transaction.ts';
import { failureVerdict, verdictOrFailure } from './world-failure.ts';

export class MessageTransaction implements Transaction {
  readonly queueId: string;
  readonly #world: AcceptanceWorld;
  readonly #session: SessionFacts;
  readonly #reversePath: ReversePath;
  readonly #parameters: SenderParameters;
  readonly #arrivedMs: number;
  readonly #recipients: (EnvelopeRecipient & RoutedRecipient)[] = [];

  constructor(world: AcceptanceWorld, session: SessionFacts, reversePath: ReversePath, parameters: SenderParameters) {
    this.queueId = world.nextQueueId();
    this.#world = world;
    this.#session = session;
    this.#reversePath = reversePath;
    this.#parameters = parameters;
    this.#arrivedMs = world.clock.nowMs();
    world.journeyLog.record(this.queueId, { kind: 'joined', key: session.connection.connectionId });
  }

  async addRecipient(address: AddrSpec, parameters: RecipientParameters): Promise<Verdict> {
    const { journeyLog, log } = this.#world;
    const recipient = formatAddrSpec(address);
    let known: JudgementRecord['facts'] = {};
    let destinations: readonly Destination[] = [];
    const verdict = await verdictOrFailure(log, this.#session, this.queueId, async () => {
      const facts = await gatherRecipientFacts(this.#world, {
        session: this.#session,
        address,
        acceptedRecipients: this.#recipients.length,
        declaredSizeBytes: this.#parameters.declaredSizeBytes,
      });
      const { route, room, authenticated } = facts;
      journeyLog.record(this.queueId, { kind: 'routed', recipient, steps: route.steps });
      known = { route: route.kind, room, authenticated };
      if (route.kind === 'local') destinations = route.destinations;
      return decideRecipient(facts);
    });
    this.#judged('recipient', `<${recipient}>`, verdict, known);
    if (verdict.outcome === 'permit') this.#accept({ address, parameters, recipient, destinations });
    return verdict;
  }

  async decideContent(content: MessageContent): Promise<ContentVerdict> {
    try {
      const header = await readMessageHeader(content, this.#world.settings.header_size_limit);
      const amendments = header && this.#amendments(header);
      this.#received(content, header, amendments);
      const verdict = await this.#judgeContent(content, header);
      if (verdict.outcome === 'permit' && header && amendments) await this.#commit(content, header, amendments);
      return this.#answer(verdict.reply);
    } catch (error) {
      return this.#answerFailure(error);
    }
  }

  abandon(reason: 'reset' | 'disconnected' | 'too-large' | 'failed'): void {
    this.#world.journeyLog.record(this.queueId, { kind: 'abandoned', reason });
  }

  #amendments(header: MessageHeader): Amendments {
    const { login } = this.#session;
    if (!isSubmission(this.#session) || login === undefined) return TRANSPORT_AMENDMENTS;
    return submissionAmendments(header, {
      author: this.#reversePath ? formatAddrSpec(this.#reversePath) : login.account,
      queueId: this.queueId,
      myhostname: this.#world.settings.myhostname,
      nowMs: this.#world.clock.nowMs(),
    });
  }

  #accept(recipient: EnvelopeRecipient & RoutedRecipient): void {
    const area = LOG_AREAS[this.#session.profile];
    if (this.#recipients.length === 0) this.#world.log.write('info', area, clientLine(this.queueId, this.#session));
    this.#recipients.push(recipient);
  }

  #received(content: MessageContent, header: MessageHeader | undefined, amendments: Amendments | undefined): void {
    const event = describeArrival(content.sizeBytes, header, amendments);
    this.#world.journeyLog.record(this.queueId, event);
    this.#world.log.write('info', 'cleanup', messageIdLine(this.queueId, event.messageId));
  }

  async #judgeContent(content: MessageContent, header: MessageHeader | undefined): Promise<Verdict> {
    const { queueId } = this;
    const submitter = isSubmission(this.#session) ? this.#session.login?.account : undefined;
    const facts = await gatherContentFacts(this.#world, { queueId, sizeBytes: content.sizeBytes, header, submitter });
    const verdict = decideContent(facts);
    this.#judged('content', queueId, verdict, { sizeBytes: content.sizeBytes, hops: facts.hops });
    return verdict;
  }

  async #commit(content: MessageContent, header: MessageHeader, amendments: Amendments): Promise<void> {
    const { clock, journal, journeyLog, log } = this.#world;
    const { queueId } = this;
    const amended = amend(content, header, amendments);
    for (const change of amended.changes) journeyLog.record(queueId, { kind: 'amended', change });
    const envelope = this.#envelope();
    const plan = planDeliveries(envelope, this.#recipients, header, {
      queueId,
      myhostname: this.#world.settings.myhostname,
      nowMs: clock.nowMs(),
    });
    for (const { kind: action, recipients, account, mailbox } of plan.actions.filter(isFileAction)) {
      for (const recipient of recipients) {
        journeyLog.record(queueId, { kind: 'planned', recipient, action, account, mailbox });
      }
    }
    log.write('info', 'qmgr', activeLine(queueId, this.#from(), content.sizeBytes, envelope.recipients.length));
    const begunMs = clock.nowMs();
    await journal.commit({ queueId, arrivedMs: this.#arrivedMs, envelope, plan, content: amended.content });
    journeyLog.record(queueId, { kind: 'committed', durationMs: clock.nowMs() - begunMs });
  }

  #envelope(): Envelope {
    const recipients = this.#recipients.map(({ address, parameters }) => ({ address, parameters }));
    return { session: this.#session, reversePath: this.#reversePath, sender: this.#parameters, recipients };
  }

  #answerFailure(error: unknown): ContentVerdict {
    const verdict = failureVerdict(this.#world.log, this.#session, this.queueId, error);
    this.#judged('content', this.queueId, verdict, {});
    const unfiled = error instanceof IncompleteFiling ? error.unfiledRecipients : undefined;
    return this.#answer(verdict.reply, (recipient) =>
      unfiled === undefined || unfiled.has(recipient) ? verdict.reply : queuedReply(this.queueId),
    );
  }

  /** LMTP says one reply for each recipient, and each may have its own; SMTP has one for all. */
  #answer(reply: SmtpReply, replyFor: (recipient: string) => SmtpReply = () => reply): ContentVerdict {
    const perRecipient = this.#session.profile === 'lmtp';
    const replies = perRecipient ? this.#recipients.map(({ recipient }) => replyFor(recipient)) : [reply];
    return { queueId: this.queueId, replies };
  }

  #judged(stage: 'recipient' | 'content', subject: string, verdict: Verdict, facts: JudgementRecord['facts']): void {
    recordJudgement(this.#world, {
      key: this.queueId,
      stage,
      subject,
      verdict,
      facts,
      session: this.#session,
      logId: this.#recipients.length === 0 ? 'NOQUEUE' : this.queueId,
      from: this.#from(),
      to: stage === 'recipient' ? subject.slice(1, -1) : undefined,
    });
  }

  #from(): string {
    return this.#reversePath === undefined ? '' : formatAddrSpec(this.#reversePath);
  }
}
