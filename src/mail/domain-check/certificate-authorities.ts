// CAA records: those that are there let the authorities issue that we use. The nearest name upwards that has any decides.
// RFC 8659 §3, §4.2.

import type { CaaRecord } from '#mail/ports/resolver.ts';
import { type Check, type CheckWorld, wantedFor } from './check-world.ts';
import { finder } from './finding.ts';

const { ok, advice, unknown, warning } = finder('caa');

export const checkCertificateAuthorities: Check = async (world) => {
  const { domain } = world;
  const { caaIssuers } = world.server.settings;
  const paste = wantedFor(world, 'caa');
  const found = await findRelevant(world);
  if (found === undefined) return [unknown('unanswered', domain)];
  const issuers = found.records.filter(({ tag }) => tag === 'issue').map(({ value }) => issuerOf(value));
  const seen = found.records.map(formatCaa);
  if (issuers.length === 0) return caaIssuers.length === 0 ? [] : [advice('missing', domain, { seen, paste })];
  if (caaIssuers.length === 0) return [ok(found.name, seen)];
  const shutOut = caaIssuers.filter((issuer) => !issuers.includes(issuer.toLowerCase()));
  return shutOut.length === caaIssuers.length
    ? [warning('forbids', found.name, { seen, paste, values: { issuers: shutOut.join(', ') } })]
    : [ok(found.name, seen)];
};

/** `undefined`: somebody did not answer. */
async function findRelevant({ domain, dns }: CheckWorld) {
  const labels = domain.split('.');
  for (let at = 0; at < labels.length - 1; at++) {
    const name = labels.slice(at).join('.');
    const answer = await dns.resolve(name, 'CAA');
    if (answer.kind === 'failed') return undefined;
    if (answer.kind === 'found') return { name, records: answer.records };
  }
  return { name: domain, records: [] as readonly CaaRecord[] };
}

/** `letsencrypt.org; accounturi=…` */
function issuerOf(value: string): string {
  return (value.split(';')[0] ?? '').trim().toLowerCase();
}

export function formatCaa({ critical, tag, value }: CaaRecord): string {
  return `${critical ? 128 : 0} ${tag} "${value}"`;
}
