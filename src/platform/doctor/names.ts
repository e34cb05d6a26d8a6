// What the DNS says of the addresses that mail leaves from, and of each domain.

import { isReserved, judgeDomain } from '#mail/doctor/domain.ts';
import { judgeEgress } from '#mail/doctor/egress.ts';
import { type DoctorFinding, found } from '#mail/doctor/finding.ts';
import { checkBlockLists } from '#mail/domain-check/block-lists.ts';
import { checkSendingAddresses } from '#mail/domain-check/sending-addresses.ts';
import type { DomainAdvisor } from '#mail/ports/domain-advisor.ts';
import { resolverOptions } from '#platform/config/client-settings.ts';
import type { Config } from '#platform/config/schema.ts';
import { openResolver } from '#platform/dns/resolver.ts';
import { findServerFacts } from '#platform/domain-check/own-facts.ts';
import { steadyClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';

/** A list that does not answer must not hold up the others. */
const QUESTION_TIMEOUT_MS = 5_000;

export async function examineEgress(config: Config): Promise<DoctorFinding[]> {
  const options = resolverOptions(config);
  const totalTimeoutMs = Math.min(options.totalTimeoutMs, QUESTION_TIMEOUT_MS);
  await using resolver = openResolver(
    { ...options, totalTimeoutMs },
    { clock: steadyClock, randomness: systemRandomness },
  );
  const server = await findServerFacts(config);
  const world = {
    ...{ domain: server.mailHost, server, keys: [], wanted: [] },
    dns: {
      resolve: resolver.dnsOnly.resolve.bind(resolver.dnsOnly),
      findAlias: async () => undefined,
      zones: async () => [],
    },
    network: {
      reach: async () => ({ kind: 'silent' as const }),
      fetchPolicy: async () => ({ kind: 'failed' as const, reason: '' }),
    },
    settings: { blockLists: config.domain_check_lists, peer: '', smtpPort: 25 },
  };
  return judgeEgress((await Promise.all([checkSendingAddresses(world), checkBlockLists(world)])).flat());
}

export async function examineDomain(domain: string, advisor: Pick<DomainAdvisor, 'check'>): Promise<DoctorFinding> {
  if (isReserved(domain)) return found('domain-reserved', domain);
  const report = await advisor.check(domain);
  return report.ok ? judgeDomain(report.value) : found('not-examined', domain, { reason: report.error.message });
}
