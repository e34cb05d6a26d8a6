// What will be done with an accepted message: one action for each final destination, complete in itself, so that it
// can be carried out again after a crash without deciding anything anew.

import type { AccountId } from '#mail/ports/account.ts';
import type { MailboxName } from '#mail/ports/mail-store.ts';
import type { QueuedMessage, QueuedRecipient } from '#mail/queue/queued-message.ts';
import type { Destination } from '#mail/routing/route.ts';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { RecipientParameters } from './envelope.ts';

export interface FileAction {
  readonly kind: 'file';
  readonly account: AccountId;
  readonly mailbox: MailboxName;
  readonly systemFlags: number;
  readonly keywords: readonly string[];
  /** Put on top of the message for this destination: Return-Path, Delivered-To, Received … (RFC 5321 §4.4, RFC 9228). */
  readonly prefix: Buffer;
  /** The recipients of the envelope that this copy answers for. */
  readonly recipients: readonly string[];
  readonly internalDateMs: number;
}

/** What leaves by the queue: at most one in a plan, for all recipients that are not mailboxes of ours. */
export interface QueueAction {
  readonly kind: 'queue';
  readonly message: QueuedMessage;
}

export type PlannedAction = FileAction | QueueAction;

export function isFileAction(action: PlannedAction): action is FileAction {
  return action.kind === 'file';
}

export function isQueueAction(action: PlannedAction): action is QueueAction {
  return action.kind === 'queue';
}

export interface Plan {
  readonly actions: readonly PlannedAction[];
}

/** Recipients after aliases, each of which the log will say one more thing of: Postfix's nrcpt. */
export function countDeliveries({ actions }: Plan): number {
  let count = 0;
  for (const action of actions) {
    if (action.kind === 'file') count += action.recipients.length;
    else count += action.message.recipients.filter(({ nextHop }) => nextHop.transport !== 'done').length;
  }
  return count;
}

/** With our header fields, as it leaves or, where nothing does, as its first copy lies in a mailbox. */
export function sizeWithTrace({ actions }: Plan, contentBytes: number): number {
  const prefix = actions.find(isQueueAction)?.message.prefix ?? actions.find(isFileAction)?.prefix;
  return contentBytes + (prefix?.length ?? 0);
}

/** A recipient of the envelope, as text, and where it led. */
export interface RoutedRecipient {
  readonly recipient: string;
  readonly parameters: RecipientParameters;
  readonly destinations: readonly Destination[];
}

export interface FilingRequest {
  readonly recipients: readonly RoutedRecipient[];
  readonly internalDateMs: number;
  readonly mailbox: 'INBOX' | 'Junk';
  /** Addresses that led to an account, and the envelope's own → what goes on top of its copy. */
  readonly formatPrefix: (deliveredTo: readonly string[], originalTo: readonly string[]) => Buffer;
}

/** `$Junk` is what mail programs set and understand. */
const KEYWORDS: Readonly<Record<FilingRequest['mailbox'], readonly string[]>> = { INBOX: [], Junk: ['$Junk'] };

/** One copy for each account, in the order in which they were named. */
export function planFiling({
  recipients,
  internalDateMs,
  mailbox,
  formatPrefix,
}: FilingRequest): readonly FileAction[] {
  const copies = new Map<AccountId, { deliveredTo: Set<string>; originalTo: Set<string> }>();
  for (const { recipient, destinations } of recipients) {
    for (const destination of destinations) {
      if (destination.kind !== 'mailbox') continue;
      const { account, address } = destination;
      const copy = copies.get(account.id) ?? { deliveredTo: new Set(), originalTo: new Set() };
      copy.deliveredTo.add(formatAddrSpec(address));
      copy.originalTo.add(recipient);
      copies.set(account.id, copy);
    }
  }
  return [...copies].map(([account, { deliveredTo, originalTo }]): FileAction => {
    const answersFor = [...originalTo];
    return {
      kind: 'file',
      account,
      mailbox,
      systemFlags: 0,
      keywords: KEYWORDS[mailbox],
      prefix: formatPrefix([...deliveredTo], answersFor),
      recipients: answersFor,
      internalDateMs,
    };
  });
}

/**
 * Each place once, for whoever was named first of those that lead there; behind them who is done by now and wants to be
 * told, where somebody can be.
 */
export function planQueue(recipients: readonly RoutedRecipient[], canBeTold: boolean): readonly QueuedRecipient[] {
  const queued = new Map<string, QueuedRecipient>();
  const done: QueuedRecipient[] = [];
  for (const routed of recipients) {
    const receipt = canBeTold ? planReceipt(routed) : undefined;
    if (receipt !== undefined) done.push(receipt);
    const parameters = receipt === undefined ? routed.parameters : withoutSuccess(routed.parameters);
    for (const destination of routed.destinations) {
      if (destination.kind !== 'next-hop') continue;
      const { nextHop, sender } = destination;
      const address = formatAddrSpec(destination.address);
      const key = JSON.stringify([address.toLowerCase(), nextHop]);
      if (queued.has(key)) continue;
      const sentAs = sender && { sender: formatAddrSpec(sender) };
      queued.set(key, { address, original: routed.recipient, parameters, nextHop, ...sentAs });
    }
  }
  return [...queued.values(), ...done];
}

/**
 * NOTIFY=SUCCESS of what ends here. An alias of several is reported as such, and its members are not: the sender would
 * learn who they are. RFC 3461 §5.2.1, §5.2.7.3.
 */
function planReceipt({ recipient, parameters, destinations }: RoutedRecipient): QueuedRecipient | undefined {
  const [first, ...others] = destinations;
  if (first === undefined || parameters.notify?.includes('SUCCESS') !== true) return undefined;
  const told = { original: recipient, parameters };
  if (others.length > 0) {
    return { address: recipient, ...told, nextHop: { transport: 'done', end: 'expanded', text: 'alias expanded' } };
  }
  if (first.kind !== 'mailbox') return undefined;
  const nextHop = { transport: 'done', end: 'delivered', text: 'delivered to mailbox' } as const;
  return { address: formatAddrSpec(first.address), ...told, nextHop };
}

function withoutSuccess({ notify = [], orcpt }: RecipientParameters): RecipientParameters {
  const others = notify.filter((word) => word !== 'SUCCESS');
  return { notify: others.length === 0 ? ['NEVER'] : others, orcpt };
}
