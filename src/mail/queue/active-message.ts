// A message of the queue while it is in memory: fresh from the journal, or some recipients of a kept one whose turn has
// come. It is split into deliveries: one next hop, one sender, at most so many recipients each.

import type { QueuedEnvelope } from '#mail/ports/queue-store.ts';
import type { HandedOverContent } from './handed-over-content.ts';
import { type NextHop, queueDestination } from './next-hop.ts';
import { type QueueSettings, recipientLimit } from './queue-settings.ts';
import type { QueuedMessage } from './queued-message.ts';
import type { TrackedRecipient } from './recipient-progress.ts';

/** Who answers for the message now. */
export type MessageHome =
  /** The journal, until `release` is called. */
  | { readonly phase: 'fresh'; readonly release: () => void; timeIsUp: boolean }
  /** The store; `release` where the journal's octets are still read. */
  | { readonly phase: 'kept'; readonly release?: () => void }
  | { readonly phase: 'gone' };

export interface ActiveMessage {
  home: MessageHome;
  readonly envelope: QueuedEnvelope;
  /** When it came into memory: Postfix's second delay counts from here. */
  readonly activeMs: number;
  /** By their numbers; replaced as they come on. */
  readonly recipients: Map<number, TrackedRecipient>;
  /** Deliveries that wait in memory or run. */
  readonly waiting: Set<Delivery>;
  readonly running: Set<Delivery>;
  /** Absent for a kept message: its octets are opened for each delivery. */
  readonly content: HandedOverContent | undefined;
  /** Numbers of recipients that have changed since the store was told. */
  readonly unrecorded: Set<number>;
}

export interface Delivery {
  readonly active: ActiveMessage;
  readonly destination: string;
  readonly nextHop: NextHop;
  readonly sender: string;
  readonly numbers: readonly number[];
}

export function activate(
  envelope: QueuedEnvelope,
  recipients: readonly TrackedRecipient[],
  activeMs: number,
  home: MessageHome,
  content?: HandedOverContent,
): ActiveMessage {
  return {
    home,
    envelope,
    activeMs,
    recipients: new Map(recipients.map((each) => [each.number, each])),
    waiting: new Set(),
    running: new Set(),
    content,
    unrecorded: new Set(),
  };
}

/** One next hop, one sender; who is done needs none. */
export function splitIntoDeliveries(active: ActiveMessage, settings: QueueSettings): Delivery[] {
  const groups = new Map<string, TrackedRecipient[]>();
  for (const tracked of active.recipients.values()) {
    if (tracked.progress.state.phase !== 'waiting') continue;
    const key = JSON.stringify([tracked.recipient.nextHop, senderOf(active.envelope, tracked)]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [tracked]);
    else group.push(tracked);
  }
  return [...groups.values()].flatMap((group) => splitGroup(active, group, settings));
}

function splitGroup(active: ActiveMessage, group: readonly TrackedRecipient[], settings: QueueSettings): Delivery[] {
  const [first] = group;
  if (first === undefined) return [];
  const { nextHop } = first.recipient;
  const limit = recipientLimit(settings, nextHop.transport);
  const deliveries: Delivery[] = [];
  for (let at = 0; at < group.length; at += limit) {
    deliveries.push({
      active,
      destination: queueDestination(nextHop),
      nextHop,
      sender: senderOf(active.envelope, first),
      numbers: group.slice(at, at + limit).map(({ number }) => number),
    });
  }
  return deliveries;
}

export function senderOf({ sender }: { readonly sender: string }, { recipient }: TrackedRecipient): string {
  return recipient.sender ?? sender;
}

export function trackedOf({ active, numbers }: Delivery): TrackedRecipient[] {
  return numbers.flatMap((number) => active.recipients.get(number) ?? []);
}

/** What a transport is given: the message with the recipients that concern it. */
export function messageFor({ envelope }: ActiveMessage, tracked: readonly TrackedRecipient[]): QueuedMessage {
  return { ...envelope, recipients: tracked.map(({ recipient }) => recipient) };
}

/** Nothing of it waits in memory or runs. */
export function isOver({ waiting, running }: ActiveMessage): boolean {
  return waiting.size === 0 && running.size === 0;
}
