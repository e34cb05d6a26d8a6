// The addresses that mail leaves from: each has a name, the name leads back to it, and is what we say in EHLO. Large receivers
// refuse mail from an address without one. RFC 5321 §4.1.4, RFC 8601 §3 (iprev).

import { reverseName } from '#base/reverse-name.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import type { Check, CheckWorld } from './check-world.ts';
import { kindOfName } from './dynamic-name.ts';
import { type Finding, finder } from './finding.ts';
import { isAmong, lookUpHost } from './look-up.ts';

const { ok, advice, unknown, warning, failure } = finder('ptr');

/** Nobody has more names for one address that mean something. */
const MOST_NAMES = 10;

export const checkSendingAddresses: Check = async (world) => {
  const { server, dns } = world;
  if (server.relayhost !== '') return [advice('behind-relay', server.relayhost)];
  const addresses = await sendingAddresses(world);
  if (addresses.length === 0) return [unknown('unknown-address', server.mailHost)];
  const findings = await Promise.all(addresses.map((address) => checkAddress(dns, address, server.heloName)));
  return findings.flat();
};

/** What we know of ourselves, else what the DNS says that we are. */
export async function sendingAddresses({
  dns,
  server,
}: Pick<CheckWorld, 'dns' | 'server'>): Promise<readonly string[]> {
  if (server.egress.length > 0) return server.egress;
  return (await lookUpHost(dns, server.mailHost)).addresses;
}

async function checkAddress(dns: Resolver, address: string, heloName: string): Promise<Finding[]> {
  const owner = reverseName(address);
  if (owner === undefined) return [];
  const expected = [`${heloName}.`];
  const answer = await dns.resolve(owner, 'PTR');
  const values = { owner, helo: heloName };
  if (answer.kind === 'failed') return [unknown('unanswered', address, { values: { reason: answer.reason } })];
  if (answer.kind !== 'found') return [failure('missing', address, { values, expected })];
  const names = answer.records.slice(0, MOST_NAMES);
  const seen = names.map((name) => `${name}.`);
  const leadBack = await Promise.all(
    names.map(async (name) => isAmong(address, (await lookUpHost(dns, name)).addresses)),
  );
  const confirmed = names.filter((_, at) => leadBack[at]);
  if (confirmed.length === 0)
    return [failure('not-confirmed', address, { values: { ...values, name: names[0] ?? '' }, seen, expected })];
  const dynamic = confirmed.find((name) => kindOfName(name, address) === 'dynamic');
  if (dynamic !== undefined)
    return [warning('dynamic', address, { values: { ...values, name: dynamic }, seen, expected })];
  if (confirmed.includes(heloName)) return [ok(address, seen)];
  const generic = confirmed.find((name) => kindOfName(name, address) === 'generic');
  if (generic !== undefined)
    return [warning('generic', address, { values: { ...values, name: generic }, seen, expected })];
  return [failure('differs', address, { values, seen, expected })];
}
