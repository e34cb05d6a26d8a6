// Where the TXT record of a challenge is to be put: at its name, or at the name that an alias delegates it to, in whichever zone
// that lies. The authority follows the same way. RFC 8555 §8.4, RFC 1034 §3.6.2.

import { WorldError } from '#base/world-error.ts';
import type { DnsAnswer, Resolver } from '#mail/ports/resolver.ts';
import { LONGEST_CHAIN } from '#platform/dns/read-answer.ts';
import { isOfWildcard } from '#platform/dns/wildcard-answer.ts';

export interface TextPlace {
  readonly name: string;
  readonly zone: string;
}

/** Throws WorldError where none is found. */
export async function findTextPlace(asked: string, resolver: Resolver): Promise<TextPlace> {
  const name = await followAliases(asked, resolver);
  return { name, zone: await findZone(name, resolver) };
}

async function followAliases(asked: string, resolver: Resolver): Promise<string> {
  const passed = new Set<string>();
  for (let name = asked; ; ) {
    const alias = await findOwnAlias(name, resolver);
    if (alias === undefined) return name;
    passed.add(name);
    if (passed.has(alias)) throw broken(asked, `the CNAME record of ${name} leads back to ${alias}`);
    if (passed.size > LONGEST_CHAIN) throw broken(asked, `more than ${LONGEST_CHAIN} CNAME records follow one another`);
    name = alias;
  }
}

/** What a wildcard answers holds no more once there is a record at the name. */
async function findOwnAlias(name: string, resolver: Resolver): Promise<string | undefined> {
  const answer = await resolver.resolve(name, 'CNAME');
  mustHaveAnswered(answer, `CNAME record of ${name}`);
  const [alias] = answer.kind === 'found' ? answer.records : [];
  if (alias === undefined || (await isOfWildcard(name, 'CNAME', [alias], resolver))) return undefined;
  return alias.toLowerCase();
}

/** The nearest name that has NS records of its own: a challenge may be a zone itself. */
async function findZone(name: string, resolver: Resolver): Promise<string> {
  const labels = name.split('.');
  // Zones right below the root are nobody's own.
  for (let at = 0; at < labels.length - 1; at += 1) {
    const zone = labels.slice(at).join('.');
    const answer = await resolver.resolve(zone, 'NS');
    mustHaveAnswered(answer, `zone of ${name}`);
    if (answer.kind === 'found' && answer.canonicalName === zone) return zone;
  }
  throw new WorldError(`zone of ${name}: none is found`, { transient: false });
}

function mustHaveAnswered(answer: DnsAnswer<'CNAME' | 'NS'>, operation: string): void {
  if (answer.kind === 'failed') throw new WorldError(`${operation}: ${answer.reason}`, { transient: true });
}

function broken(name: string, reason: string): WorldError {
  return new WorldError(`TXT record ${name}: ${reason}`, { transient: false });
}
