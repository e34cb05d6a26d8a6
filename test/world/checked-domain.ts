// The domain valija.test with everything that it wants in its zone, the zones around it, and a network that answers: what a check
// finds there, and what it finds when one thing is otherwise.

import { offeredServers } from '#mail/client-setup/offered-server.ts';
import { checkDomain } from '#mail/domain-check/check-domain.ts';
import type { FetchedPolicy, Reach } from '#mail/domain-check/check-world.ts';
import type { Finding } from '#mail/domain-check/finding.ts';
import { planDomain } from '#mail/domain-records/plan-domain.ts';
import { formatRecord } from '#mail/domain-records/published-record.ts';
import type { ServerFacts } from '#mail/domain-records/server-facts.ts';
import { composeOwnPolicy } from '#mail/mta-sts/own-policy.ts';
import type { SigningKeyRecord } from '#mail/ports/signing-key-admin.ts';
import type { ZoneFault } from '#platform/dns/zone-fault.ts';
import { viewOf } from '#platform/domain-check/authoritative-view.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { openDns, type TestDns } from './dns.ts';

export const DOMAIN = 'valija.test';

const LISTEN = ['submissions', 'submission', 'imaps', 'imap', 'https'].map((service, at) => ({
  service,
  address: '0.0.0.0',
  port: [465, 587, 993, 143, 443][at] ?? 0,
}));

export const SERVER: ServerFacts = {
  mailHost: 'mail.valija.test',
  heloName: 'mail.valija.test',
  addresses: ['192.0.2.1', '2001:db8::1'],
  egress: ['192.0.2.1', '2001:db8::1'],
  relayhost: '',
  clientServers: offeredServers(LISTEN, 'mail.valija.test'),
  webPort: 443,
  tlsaData: `3 1 1 ${'ab'.repeat(32)}`,
  mtaSts: { mode: 'enforce', maxAgeSeconds: 604_800 },
  settings: { reportAddress: undefined, dmarcPolicy: 'quarantine', caaIssuers: ['letsencrypt.org'], ttlSeconds: 300 },
};

export const KEYS: readonly SigningKeyRecord[] = [
  key('202601', 'rsa-sha256', 'A'.repeat(392)),
  key('202601-ed25519', 'ed25519-sha256', 'B'.repeat(44)),
];

export function key(
  selector: string,
  algorithm: SigningKeyRecord['algorithm'],
  publicKey: string,
  status: SigningKeyRecord['status'] = 'active',
): SigningKeyRecord {
  const times = { sinceMs: 0, createdMs: 0, revokedFromMs: undefined };
  return {
    author: DOMAIN,
    domain: DOMAIN,
    selector,
    algorithm,
    bits: 2048,
    status,
    ...times,
    publicKey,
    fault: undefined,
  };
}

/** All that the plan says, as its own servers have it. */
export function wantedZone(server: ServerFacts = SERVER): string[] {
  const records = planDomain(DOMAIN, KEYS, server).records.map(formatRecord);
  return ['@ NS ns', 'ns A 127.0.0.1', ...records];
}

export interface CheckedDomain {
  /** Lines that stand in its place; without it the wanted ones. */
  readonly zone?: readonly string[];
  readonly otherZones?: Readonly<Record<string, string>>;
  readonly server?: Partial<ServerFacts>;
  readonly keys?: readonly SigningKeyRecord[];
  readonly policy?: FetchedPolicy;
  readonly reach?: (address: string) => Reach;
  /** What the resolver says, where that is something else than what the zone's server says. */
  readonly resolverZone?: readonly string[];
  readonly authenticated?: boolean;
  /** The zone `test`, which then has the domain itself. */
  readonly parent?: string;
  readonly faults?: Readonly<Record<string, ZoneFault>>;
}

const ZONES: Readonly<Record<string, string>> = {
  '2.0.192.in-addr.arpa': '1 PTR mail.valija.test.',
  '8.b.d.0.1.0.0.2.ip6.arpa': `1.${'0.'.repeat(22)}0 PTR mail.valija.test.`,
  'list.example.net': '2.0.0.127 A 127.0.0.2',
  'example.org':
    '@ NS ns\nns A 127.0.0.1\n@ MX 10 mx\nmx A 198.51.100.1\nwww A 198.51.100.7\n@ TXT "v=spf1 ip4:198.51.100.0/24 -all"',
};

export async function checkGiven(given: CheckedDomain = {}): Promise<readonly Finding[]> {
  const server = { ...SERVER, ...given.server };
  const keys = given.keys ?? KEYS;
  const zone = (given.zone ?? wantedZone(server)).join('\n');
  const zones = { ...ZONES, ...given.otherZones };
  const authenticated = given.authenticated === true ? [DOMAIN] : [];
  const own = given.parent === undefined ? { [DOMAIN]: zone } : { test: given.parent };
  const told = given.resolverZone === undefined ? own : { [DOMAIN]: given.resolverZone.join('\n') };
  const { faults = {} } = given;
  await using authoritative = await openDns({ zones: { ...zones, ...own }, authenticated, faults });
  await using resolving = await openDns({ zones: { ...zones, ...told }, authenticated, faults });
  const view = viewOf({ domain: DOMAIN, server }, askingOf(authoritative, resolving));
  return await checkDomain({
    ...{ domain: DOMAIN, server, keys, dns: view },
    wanted: planDomain(DOMAIN, keys, server).records,
    network: {
      reach: async (address) => (given.reach ?? greetAll)(address),
      fetchPolicy: async () => given.policy ?? { kind: 'found', text: ownPolicyText(server) },
    },
    settings: { blockLists: ['list.example.net'], peer: 'example.org', smtpPort: 25 },
  });
}

function askingOf({ server }: TestDns, { resolver }: TestDns) {
  return { resolver, randomness: systemRandomness, port: server.port, signal: new AbortController().signal };
}

function greetAll(address: string): Reach {
  const isOurs = SERVER.addresses.includes(address);
  return { kind: 'greeted', greeting: `220 ${isOurs ? SERVER.mailHost : 'mx.example.org'} ESMTP` };
}

export function ownPolicyText({ mailHost, mtaSts }: ServerFacts): string {
  const policy = composeOwnPolicy(DOMAIN, [{ preference: 10, exchange: mailHost }], {
    ...mtaSts,
    ownNames: new Set([mailHost]),
  });
  if (!policy.ok) throw new Error(policy.error);
  return policy.value.text;
}
