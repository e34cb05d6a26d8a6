// Whether what is found at a name is the name's own, or what a wildcard answers for all names that are not there.

import type { DnsAnswer, DnsType, Resolver } from '#mail/ports/resolver.ts';

/** Nobody has a name of it. */
const NOBODY = '_nobody';

/** A wildcard covers names below those that are not there, too, and none below one that is. RFC 4592 §2.2.1, §3.3.1. */
export async function isOfWildcard<Type extends DnsType>(
  name: string,
  type: Type,
  found: readonly unknown[],
  dns: Resolver,
): Promise<boolean> {
  const below: DnsAnswer<DnsType> = await dns.resolve(`${NOBODY}.${name}`, type);
  return below.kind === 'found' && textOf(found) === textOf(below.records);
}

/** Servers turn the order of records. */
function textOf(records: readonly unknown[]): string {
  const texts = records.map((record) => JSON.stringify(record));
  return texts.sort().join('\n');
}
