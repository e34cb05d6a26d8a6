// Port 25, both ways: providers close it for those who do not ask. Outward it is tried at the exchangers of a domain that surely
// has some; inward at our own addresses, from here, which not every router allows.

import { unreachable } from '#base/unreachable.ts';
import type { Check, CheckWorld, Reach } from './check-world.ts';
import { type Finding, finder } from './finding.ts';
import { lookUpHost } from './look-up.ts';

const { ok, advice, unknown, warning, failure } = finder('port');

/** One that answers is enough; more than a few are not tried. */
const MOST_EXCHANGERS = 3;

export const checkPorts: Check = async (world) => {
  const [outward, inward] = await Promise.all([checkOutward(world), checkInward(world)]);
  return [...outward, ...inward];
};

async function checkOutward(world: CheckWorld): Promise<Finding[]> {
  const { server, settings, network } = world;
  if (settings.peer === '' || server.relayhost !== '') return [];
  const addresses = await findPeers(world);
  const values = { peer: settings.peer };
  if (addresses.length === 0) return [unknown('no-peer', settings.peer, { values })];
  const reached = await Promise.all(addresses.map((address) => network.reach(address, settings.smtpPort)));
  const greeting = reached.find((reach) => reach.kind === 'greeted');
  if (greeting !== undefined) return [ok(settings.peer, greeting.kind === 'greeted' ? [greeting.greeting] : [])];
  const seen = reached.map((reach, at) => `${addresses[at]}: ${wordOf(reach)}`);
  return [failure('outward-blocked', settings.peer, { values, seen })];
}

async function findPeers({ dns, settings }: CheckWorld): Promise<readonly string[]> {
  const answer = await dns.resolve(settings.peer, 'MX');
  const hosts = answer.kind === 'found' ? answer.records.map(({ exchange }) => exchange) : [settings.peer];
  const looks = await Promise.all(hosts.slice(0, MOST_EXCHANGERS).map((host) => lookUpHost(dns, host)));
  const addresses = looks.flatMap((look) => look.addresses);
  // IPv4 first: without IPv6 of our own its addresses say nothing of the port.
  return [...addresses]
    .sort((one, other) => Number(one.includes(':')) - Number(other.includes(':')))
    .slice(0, MOST_EXCHANGERS);
}

async function checkInward(world: CheckWorld): Promise<Finding[]> {
  const { server, settings, network, dns } = world;
  const published = (await lookUpHost(dns, server.mailHost)).addresses;
  const reached = await Promise.all(
    published.map(async (address) => ({ address, reach: await network.reach(address, settings.smtpPort) })),
  );
  return reached.map(({ address, reach }) => {
    const values = { host: server.mailHost };
    if (reach.kind !== 'greeted') return warning('inward-unreached', address, { values, seen: [wordOf(reach)] });
    const isOurs = reach.greeting.toLowerCase().includes(server.mailHost);
    if (!isOurs) return advice('inward-other', address, { values, seen: [reach.greeting] });
    return ok(address, [reach.greeting]);
  });
}

function wordOf(reach: Reach): string {
  switch (reach.kind) {
    case 'greeted':
      return reach.greeting;
    case 'unreachable':
      return reach.reason;
    case 'silent':
    case 'refused':
      return reach.kind;
    default:
      return unreachable(reach);
  }
}
