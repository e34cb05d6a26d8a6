// The names by which mail programs set themselves up: those that are there lead here. RFC 6186 §3.4.

import { formatService } from '#mail/domain-records/client-records.ts';
import type { WantedRecord } from '#mail/domain-records/wanted-record.ts';
import { type Check, type CheckWorld, wantedFor } from './check-world.ts';
import { type Finding, finder } from './finding.ts';
import { isAmong, lookUpHost } from './look-up.ts';

const { ok, advice, unknown, warning } = finder('client');

export const checkClientNames: Check = async (world) => {
  const names = wantedFor(world, 'autoconfig', 'autodiscover').map((wanted) => checkName(world, wanted));
  const services = wantedFor(world, 'client').map((wanted) => checkService(world, wanted));
  const findings = (await Promise.all([...names, ...services])).flat();
  const missing = findings.filter(({ rule }) => rule === 'client-missing');
  const others = findings.filter(({ rule }) => rule !== 'client-missing' && rule !== 'client-ok');
  const found = findings.length > missing.length + others.length ? [ok(world.domain)] : [];
  if (missing.length === 0) return [...found, ...others];
  // A dozen of lines that all say the same would hide what matters.
  const paste = missing.flatMap((finding) => finding.paste);
  return [...found, ...others, advice('missing', world.domain, { paste, values: { count: paste.length } })];
};

async function checkName({ dns, server }: CheckWorld, wanted: WantedRecord): Promise<Finding[]> {
  const { addresses, hasFailed } = await lookUpHost(dns, wanted.name);
  if (hasFailed) return [unknown('unanswered', wanted.name)];
  if (addresses.length === 0) return [advice('missing', wanted.name, { paste: [wanted] })];
  const host = await lookUpHost(dns, server.mailHost);
  const isHere = addresses.some((address) => isAmong(address, [...server.addresses, ...host.addresses]));
  return isHere ? [ok(wanted.name)] : [advice('elsewhere', wanted.name, { seen: addresses, paste: [wanted] })];
}

async function checkService({ dns }: CheckWorld, wanted: WantedRecord): Promise<Finding[]> {
  const answer = await dns.resolve(wanted.name, 'SRV');
  if (answer.kind === 'failed') return [unknown('unanswered', wanted.name)];
  if (answer.kind !== 'found') return [advice('missing', wanted.name, { paste: [wanted] })];
  const seen = answer.records.map(formatService);
  const [, , port, target] = wanted.data.split(' ');
  const leadsHere = seen.some((each) => each.endsWith(` ${port} ${target}`));
  return leadsHere ? [ok(wanted.name)] : [warning('differs', wanted.name, { seen, paste: [wanted] })];
}
