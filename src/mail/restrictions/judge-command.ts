// Which lists are asked at which command. With `smtpd_delay_reject`, what is known of the client, HELO and MAIL is judged
// when a recipient is named: many clients cannot bear to hear no before, and the log can name who was written to.

import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { clientTitle } from './access.ts';
import { type Decision, Deliberation, type PendingDeferral } from './deliberation.ts';
import { isAuthorized, PERMIT_AUTH_DESTINATION } from './destination.ts';
import type { Inquiry } from './fact.ts';
import { REJECT_UNLISTED_SENDER } from './listed.ts';
import type { MessageAction, Notice } from './opinion.ts';
import { implicitElement, parseRunningElements } from './parse-elements.ts';
import type { JudgedCommand, RestrictionElement, Subject } from './restriction.ts';
import type { ListName, RestrictionLists } from './restriction-lists.ts';
import type { RestrictionSettings } from './settings.ts';

/** What one listener goes by. */
export interface Restrictions {
  readonly lists: RestrictionLists;
  readonly settings: RestrictionSettings;
}

export type CommandFacts = Omit<JudgedCommand, 'settings' | 'subject' | 'readRestrictions'>;

/** When something is judged; `content` is after the last octet. */
export type Moment = 'connection' | 'greeting' | 'sender' | 'recipient' | 'data' | 'content';

export interface CommandJudgement {
  /** `undefined`: nobody has decided, which permits. */
  readonly decision: Decision | undefined;
  readonly actions: readonly MessageAction[];
  readonly notices: readonly Notice[];
  /** For the commands that follow. */
  readonly deferIfPermit: PendingDeferral | undefined;
}

/** `before` is what earlier commands left undecided. */
export function* judgeCommand(
  restrictions: Restrictions,
  moment: Moment,
  facts: CommandFacts,
  before?: PendingDeferral,
): Inquiry<CommandJudgement> {
  const deliberation = new Deliberation(before);
  const decision = yield* decide(restrictions, moment, facts, deliberation);
  const { actions, notices, deferIfPermit } = deliberation;
  return { decision, actions, notices, deferIfPermit };
}

function* decide(
  { lists, settings }: Restrictions,
  moment: Moment,
  facts: CommandFacts,
  deliberation: Deliberation,
): Inquiry<Decision | undefined> {
  const readRestrictions = (words: string) => parseRunningElements(words, lists.classes);
  let permission: Decision | undefined;
  for (const { name, elements } of stepsAt(moment, lists, settings)) {
    if (elements.length === 0) continue;
    const subject = subjectOf(name, facts);
    if (subject === undefined) continue;
    const said = yield* deliberation.ask(name, elements, { ...facts, settings, subject, readRestrictions });
    if (said?.kind === 'refuse') return said;
    // What becomes of it is decided: it is taken, and nobody gets it.
    if (deliberation.isDiscarded) return said;
    if (RECIPIENT_LISTS.has(name)) permission ??= said;
  }
  const pending = ENDS.has(moment) ? deliberation.deferIfPermit : undefined;
  return pending === undefined ? permission : { kind: 'refuse', ...pending };
}

/** Only these speak of the recipient: what others permit is but their own matter. */
const RECIPIENT_LISTS: ReadonlySet<string> = new Set<ListName>([
  'smtpd_relay_restrictions',
  'smtpd_recipient_restrictions',
  'smtpd_data_restrictions',
  'smtpd_end_of_data_restrictions',
]);

/** Here something is accepted that cannot be taken back. */
const ENDS: ReadonlySet<Moment> = new Set<Moment>(['recipient', 'data', 'content']);

interface Step {
  readonly name: string;
  readonly elements: readonly RestrictionElement[];
}

function stepsAt(moment: Moment, lists: RestrictionLists, settings: RestrictionSettings): readonly Step[] {
  const early = settings.smtpd_delay_reject;
  switch (moment) {
    case 'connection':
      return early ? [] : [lists.smtpd_client_restrictions];
    case 'greeting':
      return early ? [] : [lists.smtpd_helo_restrictions];
    case 'sender':
      return early ? [] : senderSteps(lists, settings);
    case 'recipient':
      return [...(early ? delayedSteps(lists, settings) : []), ...recipientSteps(lists, settings)];
    case 'data':
      return [lists.smtpd_data_restrictions];
    case 'content':
      return [lists.smtpd_end_of_data_restrictions];
  }
}

function delayedSteps(lists: RestrictionLists, settings: RestrictionSettings): readonly Step[] {
  return [lists.smtpd_client_restrictions, lists.smtpd_helo_restrictions, ...senderSteps(lists, settings)];
}

function recipientSteps(lists: RestrictionLists, settings: RestrictionSettings): readonly Step[] {
  const { smtpd_relay_restrictions: relay, smtpd_recipient_restrictions: recipient } = lists;
  return settings.smtpd_relay_before_recipient_restrictions ? [relay, recipient] : [recipient, relay];
}

/** As if it stood at the end of the sender's list. */
const UNLISTED_SENDER: Step = {
  name: 'smtpd_reject_unlisted_sender',
  elements: [implicitElement(REJECT_UNLISTED_SENDER)],
};

function senderSteps({ smtpd_sender_restrictions: list }: RestrictionLists, settings: RestrictionSettings) {
  return settings.smtpd_reject_unlisted_sender ? [list, UNLISTED_SENDER] : [list];
}

/** `undefined` where what the list is about was not said. */
function subjectOf(list: string, facts: CommandFacts): Subject | undefined {
  switch (list) {
    case 'smtpd_client_restrictions':
      return { name: clientTitle(facts), what: 'Client host' };
    case 'smtpd_helo_restrictions':
      return facts.session.helo === undefined ? undefined : { name: facts.session.helo, what: 'Helo command' };
    case 'smtpd_data_restrictions':
      return { name: 'DATA', what: 'Data command' };
    case 'smtpd_end_of_data_restrictions':
      return { name: 'END-OF-MESSAGE', what: 'End-of-data' };
    case 'smtpd_relay_restrictions':
    case 'smtpd_recipient_restrictions':
      return facts.recipient && { name: formatAddrSpec(facts.recipient), what: 'Recipient address' };
    default:
      return { name: facts.sender ? formatAddrSpec(facts.sender) : '', what: 'Sender address' };
  }
}

/** Why a recipient is permitted whom no restriction named. */
export function permittingRule({ destination }: Pick<CommandFacts, 'destination'>): string {
  return destination !== undefined && isAuthorized(destination) ? PERMIT_AUTH_DESTINATION : 'permit';
}
