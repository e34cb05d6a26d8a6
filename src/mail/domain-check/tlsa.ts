// TLSA records of the mail host, and the proof of its zone: where both are there, a record that fits no certificate keeps mail
// away. RFC 7672 §1.3, §3.1.

import type { TlsaRecord } from '#mail/ports/resolver.ts';
import { type Check, wantedFor } from './check-world.ts';
import { finder } from './finding.ts';

const { ok, advice, unknown, failure } = finder('tlsa');

export const checkTlsa: Check = async (world) => {
  const { dns, server } = world;
  const name = `_25._tcp.${server.mailHost}`;
  const paste = wantedFor(world, 'tlsa');
  const answer = await dns.resolve(name, 'TLSA');
  if (answer.kind === 'failed') return [unknown('unanswered', name, { values: { reason: answer.reason } })];
  const host = await dns.resolve(server.mailHost, 'A');
  const isProven = host.kind !== 'failed' && host.isAuthenticated;
  if (answer.kind !== 'found')
    return [advice(isProven ? 'missing' : 'unsigned-zone', name, { paste: isProven ? paste : [] })];
  const seen = answer.records.map(formatTlsa);
  if (!isProven) return [advice('unproven', name, { seen })];
  if (server.tlsaData === undefined) return [unknown('no-certificate', name, { seen })];
  if (seen.includes(server.tlsaData)) return [ok(name, seen)];
  // One in another form may still fit: only ours, of the whole public key, can be compared here.
  const isComparable = answer.records.every(
    ({ usage, selector, matchingType }) => usage === 3 && selector === 1 && matchingType === 1,
  );
  return isComparable ? [failure('differs', name, { seen, paste })] : [advice('other-form', name, { seen, paste })];
};

export function formatTlsa({ usage, selector, matchingType, data }: TlsaRecord): string {
  return `${usage} ${selector} ${matchingType} ${data.toString('hex')}`;
}
