// What is known when RCPT is judged. Throws WorldError when the directory or the store cannot be asked.

import type { RecipientFacts } from '#mail/policy/recipient.ts';
import type { MailStore } from '#mail/ports/mail-store.ts';
import { findRoute } from '#mail/routing/find-route.ts';
import type { Destination, Route } from '#mail/routing/route.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { AcceptanceWorld } from './acceptance-world.ts';
import type { SessionFacts } from './envelope.ts';

export interface RecipientQuestion {
  readonly session: SessionFacts;
  readonly address: AddrSpec;
  readonly acceptedRecipients: number;
  readonly declaredSizeBytes: number | undefined;
}

export async function gatherRecipientFacts(
  { directory, mailStore, settings, aliasLimits }: AcceptanceWorld,
  { session, address, acceptedRecipients, declaredSizeBytes }: RecipientQuestion,
): Promise<RecipientFacts> {
  const route = await findRoute({ directory, myhostname: settings.myhostname, limits: aliasLimits }, address);
  return {
    profile: session.profile,
    authenticated: session.login !== undefined,
    recipient: formatAddrSpec(address),
    acceptedRecipients,
    recipientLimit: settings.smtpd_recipient_limit,
    route,
    room: await findRoom(mailStore, route, declaredSizeBytes ?? 0),
  };
}

/**
 * A full member of an alias still gets its copy: the one reply must not refuse what the others can take, and nothing
 * is dropped. Only where no mailbox has room does the answer say so.
 */
async function findRoom(
  mailStore: Pick<MailStore, 'quotaUsage'>,
  route: Route,
  sizeBytes: number,
): Promise<RecipientFacts['room']> {
  if (route.kind !== 'local') return 'enough';
  let room: RecipientFacts['room'] = 'never';
  for (const destination of route.destinations) {
    const here = await roomAt(mailStore, destination, sizeBytes);
    if (here === 'enough') return 'enough';
    if (here === 'full') room = 'full';
  }
  return room;
}

async function roomAt(
  mailStore: Pick<MailStore, 'quotaUsage'>,
  { account }: Destination,
  sizeBytes: number,
): Promise<RecipientFacts['room']> {
  if (account.quotaBytes === 0) return 'enough';
  if (sizeBytes > account.quotaBytes) return 'never';
  const used = await mailStore.quotaUsage(account.id);
  // Without a declared size one octet must fit: a mailbox filled to the brim is full.
  return used.sizeBytes + Math.max(1, sizeBytes) > account.quotaBytes ? 'full' : 'enough';
}
