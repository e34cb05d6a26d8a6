// Which names lead here, by the DNS: to an address of this machine, to one that the settings name, or to where its own name
// leads, which is how a server behind a router knows its outer address.

import { isInAnyNetwork, parseIpNetworks } from '#base/ip-network.ts';
import { judgePlace, type NamePlace, type SkippedName } from '#mail/certificates/wanted-certificates.ts';
import type { DnsAnswer, Resolver } from '#mail/ports/resolver.ts';

export interface PlacesWorld {
  readonly resolver: Resolver;
  readonly myhostname: string;
  /** Of this machine, and those by which it is reached: addresses, or networks. */
  readonly ownAddresses: readonly string[];
  /** Names are proven in the DNS alone: they may lead elsewhere, but not nowhere. */
  readonly mayLeadElsewhere: boolean;
}

export async function findSkippedNames(names: readonly string[], world: PlacesWorld): Promise<SkippedName[]> {
  const host = await placeOf(world.resolver, world.myhostname);
  const ours = parseIpNetworks([...world.ownAddresses, ...(host.kind === 'addresses' ? host.addresses : [])]);
  const isOurs = (address: string) => isInAnyNetwork(address, ours);
  const judged = await Promise.all(
    names.map(async (name) => judgePlace(name, await placeOf(world.resolver, name), isOurs)),
  );
  return judged.flatMap((skipped) => {
    if (skipped?.reason !== 'elsewhere') return skipped ?? [];
    if (world.mayLeadElsewhere) return [];
    // It may be our outer address all the same: who knows while the DNS is silent of our own name?
    return host.kind === 'unknown' ? { name: skipped.name, reason: 'dns-failed', address: undefined } : skipped;
  });
}

async function placeOf(resolver: Resolver, name: string): Promise<NamePlace> {
  const answers: readonly DnsAnswer<'A' | 'AAAA'>[] = await Promise.all([
    resolver.resolve(name, 'A'),
    resolver.resolve(name, 'AAAA'),
  ]);
  if (answers.some(({ kind }) => kind === 'failed')) return { kind: 'unknown' };
  const addresses = answers.flatMap((answer) => (answer.kind === 'found' ? answer.records : []));
  return addresses.length > 0 ? { kind: 'addresses', addresses } : { kind: 'nowhere' };
}
