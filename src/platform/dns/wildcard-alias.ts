// Whether an alias is a name's own, or that of a wildcard which answers for all names that are not there. RFC 4592 §3.3.1.

import type { Resolver } from '#mail/ports/resolver.ts';

/** The wildcard stands right below the nearest name that exists. */
export async function isAliasOfWildcard(name: string, alias: string, dns: Resolver): Promise<boolean> {
  const labels = name.split('.');
  for (let at = 1; at < labels.length - 1; at++) {
    const answer = await dns.resolve(['*', ...labels.slice(at)].join('.'), 'CNAME');
    if (answer.kind === 'found' && answer.records[0] === alias) return true;
  }
  return false;
}
