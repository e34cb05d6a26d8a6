// MTA-STS: the record, the host, the policy, and that the policy names the exchangers that the DNS names. A policy in force that
// does not would keep mail away. RFC 8461 §3, §8.3.

import { composeOwnPolicy } from '#mail/mta-sts/own-policy.ts';
import type { StsPolicy } from '#mail/mta-sts/policy.ts';
import { allowsServer, parseStsPolicy } from '#mail/mta-sts/policy.ts';
import { findStsId, stsRecordName } from '#mail/mta-sts/record.ts';
import { type Check, type CheckWorld, wantedFor } from './check-world.ts';
import { type Finding, finder } from './finding.ts';
import { lookUpHost, lookUpTexts, textsOfVersion } from './look-up.ts';

const { ok, advice, unknown, warning, failure } = finder('mta-sts');

const LONGEST_LINE_LOOKED_AT = 1_000;

export const checkMtaSts: Check = async (world) => {
  const { domain, dns } = world;
  const name = stsRecordName(domain);
  const look = await lookUpTexts(dns, name);
  if (look.kind === 'failed') return [unknown('unanswered', name, { values: { reason: look.reason } })];
  const records = textsOfVersion(look.records, 'v=STSv1');
  if (records.length === 0) {
    const rule = look.records.length > 0 ? 'not-recognized' : 'missing';
    const paste = [...(await ownRecord(world)), ...wantedFor(world, 'mta-sts-host')];
    // Whose own policy is «none», or who has no web server to give it out, does not want one.
    const complain = paste.length === 0 ? advice : warning;
    return [complain(rule, name, { seen: look.records, paste })];
  }
  if (records.length > 1) return [failure('several', name, { seen: records, paste: await ownRecord(world) })];
  if (findStsId(records) === undefined)
    return [failure('malformed', name, { seen: records, paste: await ownRecord(world) })];
  const findings = [...(await judgeId(world, name, records)), ...(await judgeServedPolicy(world))];
  const isGood = findings.every(({ severity }) => severity === 'advice');
  return isGood ? [ok(name, records), ...findings] : findings;
};

/** With the id of the policy that is given out now, by the exchangers that the DNS has. */
async function ownRecord(world: CheckWorld) {
  const id = await ownId(world);
  return wantedFor(world, 'mta-sts').map((wanted) =>
    id === undefined ? wanted : { ...wanted, data: `"${id.record}"` },
  );
}

async function ownId({ domain, dns, server }: CheckWorld) {
  const answer = await dns.resolve(domain, 'MX');
  if (answer.kind !== 'found') return undefined;
  const policy = composeOwnPolicy(domain, answer.records, { ...server.mtaSts, ownNames: new Set([server.mailHost]) });
  return policy.ok ? policy.value : undefined;
}

/** Other servers look for a new policy only when the id changes. */
async function judgeId(world: CheckWorld, name: string, seen: readonly string[]): Promise<Finding[]> {
  const own = await ownId(world);
  if (own === undefined || world.server.webPort === undefined || findStsId(seen) === own.id) return [];
  return [failure('old-id', name, { seen, paste: await ownRecord(world) })];
}

async function judgeServedPolicy(world: CheckWorld): Promise<Finding[]> {
  const { domain, dns, network } = world;
  const host = `mta-sts.${domain}`;
  const { addresses, hasFailed } = await lookUpHost(dns, host);
  if (addresses.length === 0) {
    return [
      hasFailed
        ? unknown('host-unanswered', host)
        : failure('host-missing', host, { paste: wantedFor(world, 'mta-sts-host') }),
    ];
  }
  const fetched = await network.fetchPolicy(domain);
  if (fetched.kind === 'failed')
    return [failure('not-served', host, { values: { reason: fetched.reason }, seen: addresses })];
  const seen = fetched.text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .slice(0, 20);
  const policy = parseStsPolicy(fetched.text);
  if (!policy.ok) {
    // `version: STSv1 mode: enforce mx: …` is one field with a long value.
    const isOneLine = /version:.*\b(?:mode|mx|max_age):/.test((seen[0] ?? '').slice(0, LONGEST_LINE_LOOKED_AT));
    return [failure(isOneLine ? 'one-line' : 'policy-malformed', host, { seen, values: { reason: policy.error } })];
  }
  return await judgePolicy(world, policy.value, host, seen);
}

async function judgePolicy(
  { domain, dns }: CheckWorld,
  policy: StsPolicy,
  host: string,
  seen: readonly string[],
): Promise<Finding[]> {
  if (policy.mode === 'none') return [advice('mode-none', host, { seen })];
  const answer = await dns.resolve(domain, 'MX');
  const exchangers = answer.kind === 'found' ? answer.records.map(({ exchange }) => exchange) : [];
  const left = exchangers.filter((exchange) => !allowsServer(policy, exchange));
  const complain = policy.mode === 'enforce' ? failure : warning;
  if (left.length > 0) return [complain('mx-differs', host, { seen, values: { exchangers: left.join(', ') } })];
  return policy.mode === 'testing' ? [advice('mode-testing', host, { seen })] : [];
}
