// What the restrictions say of one message, from its first recipient to its last octet.

import type { FactContext } from '#mail/ports/fact-finder.ts';
import type { PendingDeferral } from '#mail/restrictions/deliberation.ts';
import type { RecipientDestination } from '#mail/restrictions/restriction.ts';
import type { AddrSpec } from '#protocols/message/addr-spec.ts';
import type { AcceptanceWorld } from './acceptance-world.ts';
import type { ReversePath, SenderParameters, SessionFacts } from './envelope.ts';
import { FactTrail } from './fact-trail.ts';
import { MessageActions } from './message-actions.ts';
import { judgeRestrictions, type RestrictionOutcome } from './restriction-judgement.ts';

export interface RestrictedMessage {
  readonly queueId: string;
  readonly session: SessionFacts;
  /** What MAIL said, before our own tables made another of it. */
  readonly sender: ReversePath;
  readonly parameters: SenderParameters;
  /** What was left open at MAIL. */
  readonly undecided: PendingDeferral | undefined;
}

interface JudgedRecipient {
  readonly address: AddrSpec;
  readonly destination: RecipientDestination;
}

const STATES = { recipient: 'RCPT', data: 'DATA', content: 'END-OF-MESSAGE' } as const;

export class MessageRestrictions {
  readonly actions = new MessageActions();
  readonly #world: AcceptanceWorld;
  readonly #message: RestrictedMessage;
  readonly #trail: FactTrail;
  #accepted = 0;
  #last: JudgedRecipient | undefined;

  constructor(world: AcceptanceWorld, message: RestrictedMessage) {
    this.#world = world;
    this.#message = message;
    this.#trail = new FactTrail(world.journeyLog, message.queueId);
  }

  /** At once, where nothing had to be asked. */
  judgeRecipient(recipient: JudgedRecipient): RestrictionOutcome | Promise<RestrictionOutcome> {
    return this.#judge('recipient', recipient, this.#message.session, this.#message.parameters.declaredSizeBytes);
  }

  /** The recipient was permitted by all others, too. */
  accept(recipient: JudgedRecipient, { actions }: RestrictionOutcome): void {
    this.#accepted++;
    this.#last = recipient;
    this.actions.add(actions);
  }

  /** For all recipients alike: one of several is not named. */
  async judgeMessage(
    moment: 'data' | 'content',
    session: SessionFacts,
    sizeBytes: number | undefined,
  ): Promise<RestrictionOutcome> {
    const outcome = await this.#judge(moment, this.#accepted === 1 ? this.#last : undefined, session, sizeBytes);
    this.actions.add(outcome.actions);
    return outcome;
  }

  #judge(
    moment: 'recipient' | 'data' | 'content',
    recipient: JudgedRecipient | undefined,
    session: SessionFacts,
    sizeBytes: number | undefined,
  ): RestrictionOutcome | Promise<RestrictionOutcome> {
    const { queueId, sender, parameters, undecided } = this.#message;
    const context: FactContext = {
      state: STATES[moment],
      session,
      instance: queueId,
      sender,
      parameters,
      recipient: recipient?.address,
      recipientCount: this.#accepted,
      sizeBytes,
    };
    return judgeRestrictions(this.#world, {
      moment,
      context,
      destination: recipient?.destination,
      undecided: moment === 'recipient' ? undecided : undefined,
      trail: this.#trail,
      logId: this.#accepted === 0 ? 'NOQUEUE' : queueId,
    });
  }
}
