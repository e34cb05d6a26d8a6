// The DMARC record: one, readable, with a policy, and addresses for reports that exist and agreed. RFC 9989 §4.7, RFC 9990 §4.

import { keepDmarc } from '#mail/domain-records/kept-dmarc.ts';
import { formatText, readText } from '#mail/domain-records/published-record.ts';
import type { WantedRecord } from '#mail/domain-records/wanted-record.ts';
import { dispositionOf, readTags } from '#mail/reports/policy-record.ts';
import { findDestinations } from '#mail/reports/report-destinations.ts';
import { readReportUris } from '#mail/reports/report-uri.ts';
import { type Check, type CheckWorld, wantedFor } from './check-world.ts';
import { findDmarcAbove } from './dmarc-above.ts';
import { type Finding, finder } from './finding.ts';
import { lookUpTexts } from './look-up.ts';

const { ok, advice, unknown, warning, failure } = finder('dmarc');

export const checkDmarc: Check = async (world) => {
  const { domain, dns } = world;
  const name = `_dmarc.${domain}`;
  const look = await lookUpTexts(dns, name);
  if (look.kind === 'failed') return [unknown('unanswered', name, { values: { reason: look.reason } })];
  const records = look.records.filter((text) => readTags(text) !== undefined);
  const [record, ...more] = records;
  const tags = record === undefined ? undefined : readTags(record);
  if (record === undefined || tags === undefined)
    return look.records.length > 0
      ? [failure('not-recognized', name, { seen: look.records, paste: wantedFor(world, 'dmarc') })]
      : [await judgeMissing(name, world)];
  const seen = records;
  if (more.length > 0) return [failure('several', name, { seen, paste: wantedBeside(world, records) })];
  const findings = [...judgePolicy(tags, name, record, world), ...(await judgeReports(tags, name, record, world))];
  const isGood = findings.every(({ severity }) => severity === 'advice');
  return isGood ? [ok(name, seen), ...findings] : findings;
};

/** The record of the domain above holds for this one, too. */
async function judgeMissing(name: string, world: CheckWorld): Promise<Finding> {
  const { domain, dns } = world;
  const above = await findDmarcAbove(domain, dns);
  if (above.kind === 'failed') return unknown('above-unanswered', name);
  if (above.kind === 'none') return failure('missing', name, { paste: wantedFor(world, 'dmarc') });
  const paste = wantedBeside(world, [`v=DMARC1; p=${above.policy}`]);
  const values = { domain, above: above.name, policy: above.policy };
  return advice('covered', name, { seen: [above.record], values, paste });
}

/** Whoever pastes it weakens nothing that is there. */
function wantedBeside(world: CheckWorld, there: readonly string[]): WantedRecord[] {
  return wantedFor(world, 'dmarc').map((record) => ({
    ...record,
    data: formatText(keepDmarc(readText(record.data), there)),
  }));
}

function judgePolicy(tags: ReadonlyMap<string, string>, name: string, record: string, world: CheckWorld): Finding[] {
  const seen = [record];
  const written = tags.get('p');
  const policy = dispositionOf(written);
  const paste = wantedBeside(world, seen);
  if (policy === undefined)
    return [
      failure(written === undefined ? 'no-policy' : 'bad-policy', name, {
        seen,
        paste,
        values: { tag: 'p', policy: written ?? '' },
      }),
    ];
  const below = tags.get('sp');
  // Of such a record no policy counts. RFC 7489 §6.6.3.
  if (below !== undefined && dispositionOf(below) === undefined)
    return [failure('bad-policy', name, { seen, paste, values: { tag: 'sp', policy: below } })];
  return policy === 'none' ? [advice('policy-none', name, { seen })] : [];
}

async function judgeReports(
  tags: ReadonlyMap<string, string>,
  name: string,
  record: string,
  world: CheckWorld,
): Promise<Finding[]> {
  const seen = [record];
  const paste = wantedBeside(world, seen);
  const findings: Finding[] = [];
  for (const tag of ['rua', 'ruf'] as const) {
    const written = tags.get(tag);
    if (written === undefined) continue;
    const empty = written.split(',').some((uri) => /^(?:mailto:)?$/i.test(uri.trim()));
    const unreadable = written.split(',').find((uri) => readReportUris(uri).length === 0);
    if (empty) findings.push(failure('empty-address', name, { seen, paste, values: { tag } }));
    else if (unreadable !== undefined)
      findings.push(failure('bad-address', name, { seen, paste, values: { tag, uri: unreadable.trim() } }));
  }
  if (tags.get('rua') === undefined) findings.push(advice('no-reports', name, { seen, paste }));
  return [...findings, ...(await judgeConsent(record, name, world))];
}

/** Reports to another domain are sent only where it said that it wants them. */
async function judgeConsent(record: string, name: string, world: CheckWorld): Promise<Finding[]> {
  const { domain, dns } = world;
  const destinations = await findDestinations(domain, record, dns);
  return destinations.flatMap((destination) => {
    if (destination.kind === 'agreed') return [];
    const { address } = destination;
    const owner = `${domain}._report._dmarc.${address.slice(address.lastIndexOf('@') + 1)}`;
    const values = { address, owner };
    if (destination.kind === 'unknown') return [unknown('consent-unanswered', name, { values })];
    const consent = {
      name: owner,
      type: 'TXT',
      ttlSeconds: world.server.settings.ttlSeconds,
      data: '"v=DMARC1;"',
    } as const;
    return [warning('no-consent', name, { seen: [record], values, paste: [consent] })];
  });
}
