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

/** A recipient of the envelope, as text, and where it led. */
export interface RoutedRecipient {
  readonly recipient: string;
  readonly parameters: RecipientParameters;
  readonly destinations: readonly Destination[];
}

export interface FilingRequest {
  readonly recipients: readonly RoutedRecipient[];
  readonly internalDateMs: number;
  /** Addresses that led to an account, and the envelope's own → what goes on top of its copy. */
  readonly formatPrefix: (deliveredTo: readonly string[], originalTo: readonly string[]) => Buffer;
}

/** One copy for each account, in the order in which they were named. */
export function planFiling({ recipients, internalDateMs, formatPrefix }: FilingRequest): readonly FileAction[] {
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
      mailbox: 'INBOX',
      systemFlags: 0,
      keywords: [],
      prefix: formatPrefix([...deliveredTo], answersFor),
      recipients: answersFor,
      internalDateMs,
    };
  });
}

/** Each place once, for whoever was named first of those that lead there. */
export function planQueue(recipients: readonly RoutedRecipient[]): readonly QueuedRecipient[] {
  const queued = new Map<string, QueuedRecipient>();
  for (const { recipient: original, parameters, destinations } of recipients) {
    for (const destination of destinations) {
      if (destination.kind !== 'next-hop') continue;
      const { nextHop, sender } = destination;
      const address = formatAddrSpec(destination.address);
      const key = JSON.stringify([address.toLowerCase(), nextHop]);
      if (queued.has(key)) continue;
      const sentAs = sender && { sender: formatAddrSpec(sender) };
      queued.set(key, { address, original, parameters, nextHop, ...sentAs });
    }
  }
  return [...queued.values()];
}
