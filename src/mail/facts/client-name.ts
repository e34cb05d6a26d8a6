// The client's name as Postfix knows it: its address has a PTR record, and the name there leads back to the address. What
// leads elsewhere is what anybody could claim. RFC 1035 §3.3.12.

import { parseIpAddress } from '#base/ip-network.ts';
import { reverseName } from '#base/reverse-name.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import type { FactAnswers, Later } from '#mail/restrictions/fact.ts';
import { parseDomainName } from '#protocols/message/domain-name.ts';

export type ClientNameAnswer = FactAnswers['client-name'];

/** An address may have ten thousand names: so many are looked at. */
const MOST_NAMES = 5;

export async function findClientName(resolver: Resolver, address: string): Promise<ClientNameAnswer> {
  const reverse = reverseName(address);
  if (reverse === undefined) return { kind: 'none' };
  const answer = await resolver.resolve(reverse, 'PTR');
  if (answer.kind === 'failed') return { kind: 'later', reason: `PTR of ${address}: ${answer.reason}` };
  if (answer.kind !== 'found') return { kind: 'none' };
  const names = answer.records.slice(0, MOST_NAMES).flatMap(hostName);
  const [first] = names;
  if (first === undefined) return { kind: 'none' };
  let verified: false | 'later' = false;
  for (const name of names) {
    const leadsBack = await hasAddress(resolver, name, address);
    if (leadsBack === true) return { kind: 'found', name, verified: true };
    if (leadsBack !== false) verified = 'later';
  }
  return { kind: 'found', name: first, verified };
}

/** Whatever a stranger wrote there, what is no name of a host is none: it would stand in our log. */
function hostName(text: string): string[] {
  const name = parseDomainName(text.replace(/\.$/, ''));
  return name.ok ? [name.value] : [];
}

async function hasAddress(resolver: Resolver, name: string, address: string): Promise<boolean | Later> {
  const octets = parseIpAddress(address);
  const answer = await resolver.resolve(name, octets?.length === 4 ? 'A' : 'AAAA');
  if (answer.kind === 'failed') return { kind: 'later', reason: answer.reason };
  return answer.kind === 'found' && answer.records.some((record) => octets?.equals(parseIpAddress(record) ?? NOTHING));
}

const NOTHING = Buffer.alloc(0);
