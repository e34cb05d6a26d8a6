// What is to be known of an address: whether it is one that we have, whether its own server takes it, whose it is here.
// Throws WorldError when the directory or a table cannot be asked.

import type { Directory } from '#mail/ports/directory.ts';
import type { RecipientProbe } from '#mail/ports/recipient-probe.ts';
import type { FactAnswers } from '#mail/restrictions/fact.ts';
import type { Destination, Route } from '#mail/routing/route.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';

export function listedAnswer(route: Route): FactAnswers['listed'] {
  switch (route.kind) {
    case 'unknown-user':
      return { kind: 'unlisted', where: route.unknownIn };
    case 'broken-table':
      return { kind: 'later', reason: route.mistake };
    default:
      return { kind: 'listed' };
  }
}

/** Addresses that are ours are known; another server is asked for its own. */
export async function verifiedAnswer(route: Route, probe: RecipientProbe): Promise<FactAnswers['verified']> {
  switch (route.kind) {
    case 'deliverable':
      // Where an alias leads to several, the alias is the address that exists.
      return route.destinations.length > 1 ? { kind: 'deliverable' } : probeDestination(route.destinations[0], probe);
    case 'unknown-user':
      return { kind: 'undeliverable', reason: `User unknown in ${route.unknownIn}` };
    case 'disabled':
      return { kind: 'undeliverable', reason: 'The address takes no mail' };
    case 'broken-table':
      return { kind: 'later', reason: route.mistake };
    case 'alias-loop':
    case 'alias-limit':
      return { kind: 'undeliverable', reason: 'mail forwarding loop' };
  }
}

async function probeDestination(destination: Destination, probe: RecipientProbe): Promise<FactAnswers['verified']> {
  if (destination.kind === 'mailbox') return { kind: 'deliverable' };
  const { address, nextHop } = destination;
  if (nextHop.transport === 'error') return { kind: 'undeliverable', reason: `${nextHop.status} ${nextHop.text}` };
  if (nextHop.transport !== 'smtp' && nextHop.transport !== 'lmtp') return { kind: 'deliverable' };
  const { kind, text } = await probe.probe(formatAddrSpec(address), nextHop);
  switch (kind) {
    case 'deliverable':
      return { kind };
    case 'undeliverable':
      return { kind, reason: text };
    case 'unknown':
      return { kind: 'later', reason: text };
  }
}

/** Never what only a catch-all or an alias brings to an account: others may stand behind those too. */
export async function ownersAnswer(directory: Directory, address: AddrSpec): Promise<FactAnswers['sender-owners']> {
  const found = await directory.lookUpRecipient(address);
  const isOwned = found.kind === 'account' && found.matched !== 'catch-all';
  return { kind: 'found', accounts: isOwned ? [found.account.id] : [] };
}
