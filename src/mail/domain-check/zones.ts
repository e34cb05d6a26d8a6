// The zones themselves: somebody serves them, all of their servers say the same, and the resolvers of the world can follow.
// RFC 2182 §3.1, RFC 4035 §5.5.

import { unreachable } from '#base/unreachable.ts';
import type { CheckWorld, Disagreement, ZoneObservation } from './check-world.ts';
import { type Finding, finder } from './finding.ts';

const { ok, advice, unknown, warning, failure } = finder('zone');

/** Asked last: it is about all that the other checks asked. */
export async function checkZones({ domain, dns }: CheckWorld): Promise<readonly Finding[]> {
  const zones = await dns.zones();
  const findings = zones.flatMap(judgeZone);
  const hasZone = zones.some(({ zone }) => zone === domain || domain.endsWith(`.${zone}`));
  if (hasZone) return findings;
  const answer = await dns.resolve(domain, 'NS');
  const missing =
    answer.kind === 'failed'
      ? unknown('unanswered', domain, { values: { reason: answer.reason } })
      : failure('missing', domain);
  return [missing, ...findings];
}

function judgeZone({ zone, servers, silent, disagreements, stale, isProven }: ZoneObservation): Finding[] {
  const findings: Finding[] = [
    ...(servers.length > 0 && silent.length === servers.length
      ? [unknown('all-silent', zone, { seen: servers })]
      : silent.map((server) => warning('server-silent', zone, { values: { server } }))),
    ...disagreements.map((each) => describe('disagree', each)),
    ...stale.map((each) => describe(each.hasFailed ? 'unresolvable' : 'stale', each)),
  ];
  const proof = isProven ? [] : [advice('unsigned', zone)];
  return findings.length === 0 ? [ok(zone, servers), ...proof] : [...findings, ...proof];
}

function describe(rule: 'disagree' | 'unresolvable' | 'stale', { name, type, seen }: Disagreement): Finding {
  const details = { values: { type }, seen };
  switch (rule) {
    case 'disagree':
      return warning('disagree', name, details);
    case 'stale':
      return warning('stale', name, details);
    case 'unresolvable':
      return failure('unresolvable', name, details);
    default:
      return unreachable(rule);
  }
}
