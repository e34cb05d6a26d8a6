// The SPF record: exactly one, readable, within the verifiers' limits, and it covers the addresses that mail really leaves from.
// RFC 7208 §3.2, §4.5, §4.6.4.

import { unreachable } from '#base/unreachable.ts';
import { type Check, type CheckWorld, wantedFor } from './check-world.ts';
import { type Finding, finder } from './finding.ts';
import { lookUpTexts } from './look-up.ts';
import { sendingAddresses } from './sending-addresses.ts';
import { isSpfRecord } from './spf-record.ts';
import {
  type GrownSpf,
  growSpf,
  isOpenEnded,
  MOST_LOOKUPS,
  MOST_VOIDS,
  permitsAll,
  type SpfFault,
  type SpfTree,
  sayOf,
} from './spf-tree.ts';

const { ok, advice, unknown, warning, failure } = finder('spf');

export const checkSpf: Check = async (world) => {
  const { domain, dns } = world;
  const paste = wantedFor(world, 'spf');
  const look = await lookUpTexts(dns, domain);
  if (look.kind === 'failed') return [unknown('unanswered', domain, { values: { reason: look.reason } })];
  const records = look.records.filter(isSpfRecord);
  const [record, ...more] = records;
  if (record === undefined) {
    // A record that nobody takes for one.
    const near = look.records.filter((text) => /^\W*v\s*=\s*spf/i.test(text));
    return [failure(near.length > 0 ? 'not-recognized' : 'missing', domain, { seen: near, paste })];
  }
  if (more.length > 0) return [failure('several', domain, { seen: records, paste, values: { count: records.length } })];
  const grown = await growSpf(domain, record, dns);
  const findings = [
    ...grown.faults.map((fault) => describeFault(fault, record, world)),
    ...judgeCounts(grown, record, world),
    ...judgeEnd(grown.tree, record, domain),
    ...(await judgeAddresses(grown, record, world)),
  ];
  const isGood = findings.every(({ severity }) => severity === 'advice');
  return isGood ? [ok(domain, [record]), ...findings] : findings;
};

function describeFault(fault: SpfFault, record: string, world: CheckWorld): Finding {
  const { domain } = world;
  const seen = [record];
  const values = { name: fault.domain };
  switch (fault.kind) {
    case 'malformed':
      return failure('malformed', domain, {
        seen,
        paste: wantedFor(world, 'spf'),
        values: { ...values, term: fault.term },
      });
    case 'several':
      return failure('include-several', domain, { seen, values });
    case 'missing':
      return failure('include-missing', domain, { seen, values });
    case 'unanswered':
      return unknown('include-unanswered', domain, { seen, values });
    default:
      return unreachable(fault);
  }
}

function judgeCounts({ lookups, voids, usesPtr }: GrownSpf, record: string, { domain }: CheckWorld): Finding[] {
  const seen = [record];
  return [
    ...(lookups > MOST_LOOKUPS
      ? [failure('lookups', domain, { seen, values: { count: lookups, most: MOST_LOOKUPS } })]
      : []),
    ...(voids > MOST_VOIDS ? [failure('voids', domain, { seen, values: { count: voids, most: MOST_VOIDS } })] : []),
    ...(usesPtr ? [advice('ptr', domain, { seen })] : []),
  ];
}

/** What becomes of mail from everywhere else. */
function judgeEnd(tree: SpfTree, record: string, domain: string): Finding[] {
  const seen = [record];
  if (permitsAll(tree)) return [failure('permits-all', domain, { seen })];
  return isOpenEnded(tree) ? [warning('open-end', domain, { seen })] : [];
}

async function judgeAddresses({ tree, faults }: GrownSpf, record: string, world: CheckWorld): Promise<Finding[]> {
  const { domain, server } = world;
  const seen = [record];
  // What cannot be read covers nothing, and that was said.
  if (faults.some(({ kind }) => kind === 'malformed')) return [];
  if (server.relayhost !== '') return [advice('behind-relay', domain, { seen, values: { relay: server.relayhost } })];
  const addresses = await sendingAddresses(world);
  if (addresses.length === 0) return [unknown('unknown-address', domain, { seen })];
  return addresses.flatMap((address) => {
    const saying = sayOf(tree, address);
    if (saying === 'pass') return [];
    // Where somebody did not answer, or has no record, that was said.
    if (saying === 'unsure') return faults.length > 0 ? [] : [unknown('unsure', domain, { seen, values: { address } })];
    return [failure('not-covered', domain, { seen, paste: wantedFor(world, 'spf'), values: { address, saying } })];
  });
}
