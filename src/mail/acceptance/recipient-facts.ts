// What is known when RCPT is judged, once the recipient's route is. Throws WorldError when the store cannot be asked.

import type { RecipientFacts } from '#mail/policy/recipient.ts';
import type { Account } from '#mail/ports/directory.ts';
import type { MailStore } from '#mail/ports/mail-store.ts';
import type { ProbeAnswer, RecipientProbe } from '#mail/ports/recipient-probe.ts';
import type { RecipientDestination } from '#mail/restrictions/restriction.ts';
import type { Destination, Route } from '#mail/routing/route.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { AcceptanceWorld } from './acceptance-world.ts';
import { trustIn } from './client-trust.ts';
import type { SessionFacts } from './envelope.ts';

export interface RecipientQuestion {
  readonly session: SessionFacts;
  readonly address: AddrSpec;
  readonly route: Route;
  /** 0 where nothing was declared. */
  readonly expectedBytes: number;
}

export async function gatherRecipientFacts(
  { mailStore, settings, restrictions, recipientProbe }: AcceptanceWorld,
  { session, address, route, expectedBytes }: RecipientQuestion,
): Promise<RecipientFacts> {
  const isStranger = trustIn(session, settings) === 'stranger';
  const destinations = route.kind === 'deliverable' ? route.destinations : [];
  return {
    recipient: formatAddrSpec(address),
    route,
    rejectsUnlisted: restrictions?.settings.smtpd_reject_unlisted_recipient ?? true,
    // Our own people hear of it by a bounce, and need not wait.
    verification: isStranger ? await verify(recipientProbe, route) : undefined,
    room: await findRoomFor(mailStore, destinations, expectedBytes),
    codes: settings,
  };
}

/** What restrictions know of a recipient. */
export function destinationOf(address: AddrSpec, route: Route): RecipientDestination {
  return {
    addressClass: route.addressClass,
    hasSenderRoute: /[%!@]/.test(address.localPart),
    unlistedIn: route.kind === 'unknown-user' ? route.unknownIn : undefined,
  };
}

/** Where an address of a relay domain leads to one server, that server knows whether it exists. */
async function verify(probe: RecipientProbe | undefined, route: Route): Promise<ProbeAnswer | undefined> {
  if (probe === undefined || route.addressClass !== 'relay' || route.kind !== 'deliverable') return undefined;
  const [destination, ...others] = route.destinations;
  if (destination.kind !== 'next-hop' || others.length > 0) return undefined;
  const { address, nextHop } = destination;
  if (nextHop.transport !== 'smtp' && nextHop.transport !== 'lmtp') return undefined;
  return await probe.probe(formatAddrSpec(address), nextHop);
}

/**
 * Asked where all of them are mailboxes with a limit: anybody else has room, without a question. A full member of an alias still
 * gets its copy: the one reply must not refuse what the others can take, and nothing is dropped. Only where no mailbox has
 * room does the answer say so.
 */
export async function findRoomFor(
  mailStore: Pick<MailStore, 'quotaUsage'>,
  destinations: readonly Destination[],
  sizeBytes: number,
): Promise<RecipientFacts['room']> {
  const accounts = destinations.flatMap((destination) =>
    destination.kind === 'mailbox' && destination.account.quotaBytes !== 0 ? [destination.account] : [],
  );
  if (accounts.length === 0 || accounts.length < destinations.length) return 'enough';
  let room: RecipientFacts['room'] = 'never';
  for (const account of accounts) {
    const here = await roomAt(mailStore, account, sizeBytes);
    if (here === 'enough') return 'enough';
    if (here === 'full') room = 'full';
  }
  return room;
}

async function roomAt(
  mailStore: Pick<MailStore, 'quotaUsage'>,
  account: Account,
  sizeBytes: number,
): Promise<RecipientFacts['room']> {
  if (sizeBytes > account.quotaBytes) return 'never';
  const used = await mailStore.quotaUsage(account.id);
  // Without a declared size one octet must fit: a mailbox filled to the brim is full.
  return used.sizeBytes + Math.max(1, sizeBytes) > account.quotaBytes ? 'full' : 'enough';
}
