import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIpNetworks } from '#base/ip-network.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { type GivenDns, openDns } from '../../../test/world/dns.ts';
import {
  chooseServers,
  DEFAULT_SERVER_CHOICE,
  type MailServer,
  type ServerChoiceSettings,
  type ServerChoiceWorld,
} from './choose-servers.ts';

const ZONES = {
  'example.org': `
@        MX 20 mx2
@        MX 10 mx1
mx1      A 192.0.2.1
mx2      A 192.0.2.2
mx3      A 192.0.2.3
six      AAAA 2001:db8::6
six      A 192.0.2.6
equal    MX 10 mx1
equal    MX 10 mx2
equal    MX 10 mx3
many     MX 10 lots
many     MX 20 mx3
lots     A 192.0.2.11
lots     A 192.0.2.12
lots     A 192.0.2.13
lots     A 192.0.2.14
lots     AAAA 2001:db8::11
lots     AAAA 2001:db8::12
lots     AAAA 2001:db8::13
lots     AAAA 2001:db8::14
only4    A 192.0.2.4
only6    AAAA 2001:db8::66
nowhere  TXT "neither MX nor address"
null     MX 0 .
alias    CNAME @
mxalias  MX 10 tomx
tomx     CNAME mx1
gone     MX 10 gone1
gone     MX 20 mx2
allgone  MX 10 gone1
halfgone MX 10 broken
halfgone MX 20 gone1
broken   A 192.0.2.99
backup   MX 10 mx1
backup   MX 20 us
backup   MX 20 mx2
backup   MX 30 mx3
primary  MX 10 us
primary  MX 20 mx2
orphan   MX 10 gone1
orphan   MX 20 us
hidden   MX 10 mx1
hidden   MX 20 proxied
us       A 198.51.100.25
proxied  A 198.51.100.80
itself   A 198.51.100.25
parked   MX 10 local
zero     MX 10 nobody
local    A 127.0.0.1
nobody   A 0.0.0.0
mixed    MX 10 local
mixed    MX 20 mx1
literal  MX 10 192.0.2.77.
`,
} as const;

const FAULTS = {
  'servfail.example.org': 'servfail',
  'timeout.example.org': 'timeout',
  'malformed.example.org': 'malformed',
  'refuse.example.org': 'refuse',
  'broken.example.org': 'servfail',
} as const;

async function choose(
  destination: string,
  settings: Partial<ServerChoiceSettings> = {},
  given: Partial<GivenDns> = {},
  names = ['mail.valija.test'],
) {
  await using dns = await openDns({
    zones: ZONES,
    faults: FAULTS,
    resolver: { tryTimeoutMs: 1_000, rounds: 1 },
    ...given,
  });
  const world: ServerChoiceWorld = {
    resolver: dns.resolver,
    hostLookup: [dns.resolver.dnsOnly, dns.resolver],
    randomness: systemRandomness,
    settings: { ...DEFAULT_SERVER_CHOICE, ...settings },
    ownAddresses: parseIpNetworks(['198.51.100.25', '198.51.100.80', '2001:db8::25']),
    ownNames: new Set(names),
  };
  return await chooseServers(world, destination);
}

/** `name[address]:port`, or `kind status text`. */
async function chosen(...given: Parameters<typeof choose>): Promise<string[]> {
  const choice = await choose(...given);
  if (!choice.ok) return [`${choice.error.kind} ${choice.error.status} ${choice.error.text}`];
  return choice.value.map(({ name, address, port }) => `${name}[${address}]:${port}`);
}

const NOT_FOUND = 'Host or domain name not found. Name service error for';

const CASES: readonly (readonly [what: string, destination: string, expected: readonly string[]])[] = [
  ['MX 10 before 20', 'example.org', ['mx1.example.org[192.0.2.1]:25', 'mx2.example.org[192.0.2.2]:25']],
  ['no MX: its own A', 'only4.example.org', ['only4.example.org[192.0.2.4]:25']],
  ['no MX: its own AAAA', 'only6.example.org', ['only6.example.org[2001:db8::66]:25']],
  ['null MX', 'null.example.org', ['failed 5.1.10 Domain null.example.org does not accept mail (nullMX)']],
  ['NXDOMAIN', 'no.example.org', [`failed 5.1.2 ${NOT_FOUND} name=no.example.org type=AAAA: Host not found`]],
  [
    'neither MX nor address',
    'nowhere.example.org',
    [`failed 5.4.4 ${NOT_FOUND} name=nowhere.example.org type=AAAA: Host found but no data record of requested type`],
  ],
  [
    'SERVFAIL',
    'servfail.example.org',
    [`deferred 4.4.3 ${NOT_FOUND} name=servfail.example.org type=MX: Host not found, try again`],
  ],
  [
    'silence',
    'timeout.example.org',
    [
      `deferred 4.4.3 ${NOT_FOUND} name=timeout.example.org type=MX: Host not found, try again (no name server answered in time)`,
    ],
  ],
  [
    'a malformed answer',
    'malformed.example.org',
    [`deferred 4.4.3 ${NOT_FOUND} name=malformed.example.org type=MX: Malformed or unexpected name server reply`],
  ],
  [
    'REFUSED',
    'refuse.example.org',
    [
      `deferred 4.4.3 ${NOT_FOUND} name=refuse.example.org type=MX: Host not found, try again (the name server refuses to answer)`,
    ],
  ],
  ['the domain is an alias', 'alias.example.org', ['mx1.example.org[192.0.2.1]:25', 'mx2.example.org[192.0.2.2]:25']],
  ['the exchanger is an alias', 'mxalias.example.org', ['tomx.example.org[192.0.2.1]:25']],
  ['an exchanger without address is passed over', 'gone.example.org', ['mx2.example.org[192.0.2.2]:25']],
  [
    'no exchanger has an address',
    'allgone.example.org',
    [`failed 5.4.4 ${NOT_FOUND} name=gone1.example.org type=AAAA: Host not found`],
  ],
  [
    'what could not be asked outweighs what is not there',
    'halfgone.example.org',
    [`deferred 4.4.3 ${NOT_FOUND} name=broken.example.org type=A: Host not found, try again`],
  ],
  ['an address as exchanger', 'literal.example.org', ['192.0.2.77[192.0.2.77]:25']],
  ['our address in the list ends it', 'backup.example.org', ['mx1.example.org[192.0.2.1]:25']],
  ['our proxy, too', 'hidden.example.org', ['mx1.example.org[192.0.2.1]:25']],
  [
    'best exchanger ourselves',
    'primary.example.org',
    ['failed 5.4.6 mail for primary.example.org loops back to myself'],
  ],
  [
    'ourselves after one without address',
    'orphan.example.org',
    ['deferred 4.4.4 unable to find primary relay for orphan.example.org'],
  ],
  ['no MX, and it is us', 'itself.example.org', ['failed 5.4.6 mail for itself.example.org loops back to myself']],
  ['in brackets, and it is us', '[us.example.org]', ['failed 5.4.6 mail for us.example.org loops back to myself']],
  ['our own address', '[198.51.100.25]', ['failed 5.4.6 mail for 198.51.100.25 loops back to myself']],
  [
    'our own IPv6 address, however written',
    '[IPv6:2001:DB8:0::25]',
    ['failed 5.4.6 mail for 2001:db8:0::25 loops back to myself'],
  ],
  [
    'with the usual port spelt out',
    '[us.example.org]:25',
    ['failed 5.4.6 mail for us.example.org loops back to myself'],
  ],
  ['another port of ours is another server', '[us.example.org]:10025', ['us.example.org[198.51.100.25]:10025']],
  [
    'a stranger leads into this machine',
    'parked.example.org',
    ['failed 5.4.4 no usable address of a mail server for local.example.org: 127.0.0.1'],
  ],
  [
    'an address that is nobody’s',
    'zero.example.org',
    ['failed 5.4.4 no usable address of a mail server for nobody.example.org: 0.0.0.0'],
  ],
  ['a useless one beside a good one', 'mixed.example.org', ['mx1.example.org[192.0.2.1]:25']],
  ['loopback in brackets is meant', '[127.0.0.1]:10025', ['127.0.0.1[127.0.0.1]:10025']],
  ['a name of this machine with a port is meant', 'localhost:10025', ['localhost[127.0.0.1]:10025']],
  ['brackets pass the MX by', '[mx2.example.org]', ['mx2.example.org[192.0.2.2]:25']],
  ['brackets with a port', '[mx2.example.org]:587', ['mx2.example.org[192.0.2.2]:587']],
  ['a port by name', '[mx2.example.org]:submission', ['mx2.example.org[192.0.2.2]:587']],
  ['a domain with a port', 'example.org:2525', ['mx1.example.org[192.0.2.1]:2525', 'mx2.example.org[192.0.2.2]:2525']],
  ['an address literal', '[192.0.2.1]', ['192.0.2.1[192.0.2.1]:25']],
  ['an IPv6 literal', '[IPv6:2001:db8::1]', ['2001:db8::1[2001:db8::1]:25']],
  ['an address without brackets', '192.0.2.1', ['192.0.2.1[192.0.2.1]:25']],
  [
    'several destinations in turn',
    'no.example.org, [mx2.example.org]:587 [mx3.example.org]',
    ['mx2.example.org[192.0.2.2]:587', 'mx3.example.org[192.0.2.3]:25'],
  ],
  [
    'nonsense of the administrator',
    '[mx1.example.org',
    ['deferred 4.3.5 mail system configuration error: "[mx1.example.org" is no host, [host], host:port or [address]'],
  ],
  [
    'a port that is none',
    'example.org:70000',
    ['deferred 4.3.5 mail system configuration error: "example.org:70000" is no host, [host], host:port or [address]'],
  ],
];

for (const [what, destination, expected] of CASES) {
  test(`[C6] ${what}: ${destination}`, async () => {
    const hosts = { resolver: { hostsFile: '/etc/hosts', tryTimeoutMs: 100, rounds: 1 } };
    const settings = {
      inet_protocols: destination.startsWith('localhost') ? ['ipv4' as const] : DEFAULT_SERVER_CHOICE.inet_protocols,
    };
    assert.deepEqual(await chosen(destination, settings, hosts), expected);
  });
}

test('[C6] our own name in the list ends it, wherever its address may lead', async () => {
  const servers = await chosen('backup.example.org', {}, {}, ['mx2.example.org']);
  assert.deepEqual(servers, ['mx1.example.org[192.0.2.1]:25']);
  assert.deepEqual(await chosen('example.org', {}, {}, ['mx1.example.org']), [
    'failed 5.4.6 mail for example.org loops back to myself',
  ]);
  assert.deepEqual(await chosen('gone.example.org', {}, {}, ['mx2.example.org']), [
    'deferred 4.4.4 unable to find primary relay for gone.example.org',
  ]);
});

test('[C6] equals are tried in every order', async () => {
  const firsts = new Set<string>();
  for (let i = 0; i < 60; i++) firsts.add((await chosen('equal.example.org'))[0] ?? '');
  assert.equal(firsts.size, 3);
});

test('[C9] one family alone, one family first, or both mixed', async () => {
  const four = 'six.example.org[192.0.2.6]:25';
  const six = 'six.example.org[2001:db8::6]:25';
  assert.deepEqual(await chosen('six.example.org', { inet_protocols: ['ipv4'] }), [four]);
  assert.deepEqual(await chosen('six.example.org', { inet_protocols: ['ipv6'] }), [six]);
  assert.deepEqual(await chosen('six.example.org', { smtp_address_preference: 'ipv6' }), [six, four]);
  assert.deepEqual(await chosen('six.example.org', { smtp_address_preference: 'ipv4' }), [four, six]);
  assert.deepEqual(await chosen('only6.example.org', { inet_protocols: ['ipv4'] }), [
    `failed 5.4.4 ${NOT_FOUND} name=only6.example.org type=A: Host found but no data record of requested type`,
  ]);
  const first = new Set<string>();
  for (let i = 0; i < 40; i++) first.add((await chosen('six.example.org'))[0] ?? '');
  assert.equal(first.size, 2);
});

test('[C9] of many addresses so many are tried as smtp_mx_address_limit says, of both families', async () => {
  const families = async (settings: Partial<ServerChoiceSettings>) => {
    const servers = await chosen('many.example.org', settings);
    return [servers.length, servers.filter((server) => server.includes('2001:')).length];
  };
  assert.deepEqual(await families({ smtp_address_preference: 'ipv6' }), [5, 3]);
  assert.deepEqual(await families({ smtp_address_preference: 'ipv4' }), [5, 2]);
  assert.deepEqual(await families({ smtp_address_preference: 'ipv6', smtp_balance_inet_protocols: false }), [5, 4]);
  assert.deepEqual(await families({ smtp_mx_address_limit: 0 }), [9, 4]);
});

test('[C20] a host that only /etc/hosts knows is found where smtp_host_lookup says native', async () => {
  const known = await chosen('[localhost]:25', { inet_protocols: ['ipv4'] });
  assert.deepEqual(known, ['localhost[127.0.0.1]:25']);
});

test('a look-up of MX records that fails may be passed over, and a missing exchanger be waited for', async () => {
  assert.deepEqual(
    await chosen(
      'only4.example.org',
      { ignore_mx_lookup_error: true },
      { faults: { 'only4.example.org MX': 'servfail' } },
    ),
    ['only4.example.org[192.0.2.4]:25'],
  );
  const [waiting] = await chosen('allgone.example.org', { smtp_defer_if_no_mx_address_found: true });
  assert.match(waiting ?? '', /^deferred 4\.4\.4 Host or domain name not found/);
});

test('in a lab the servers of strangers stand on loopback', async () => {
  assert.deepEqual(await chosen('parked.example.org', { allowLoopback: true, smtp_tcp_port: 2525 }), [
    'local.example.org[127.0.0.1]:2525',
  ]);
});

test('a server says whether it is of the best, and whether it was proven', async () => {
  const servers = async (destination: string, authenticated: readonly string[]) => {
    const choice = await choose(destination, {}, { authenticated });
    return choice.ok ? choice.value : [];
  };
  const best = (all: readonly MailServer[]) => all.map(({ isBest }) => isBest);
  assert.deepEqual(best(await servers('example.org', [])), [true, false]);
  const proofs = async (authenticated: readonly string[]) =>
    (await servers('mxalias.example.org', authenticated)).map(({ isProven, hasProvenAddress, canonicalName }) => [
      isProven,
      hasProvenAddress,
      canonicalName,
    ]);
  assert.deepEqual(await proofs(['example.org']), [[true, true, 'mx1.example.org']]);
  assert.deepEqual(await proofs([]), [[false, false, 'mx1.example.org']]);
});

test('[T33] a domain and exchangers that are not ASCII are asked for as the DNS has them', async () => {
  const zones = { 'xn--espaa-rta.example': '@ MX 10 xn--correo-rta\nxn--correo-rta A 192.0.2.7\n' };
  for (const destination of ['españa.example', 'ESPAÑA.example', 'xn--espaa-rta.example']) {
    assert.deepEqual(await chosen(destination, {}, { zones }), ['xn--correo-rta.xn--espaa-rta.example[192.0.2.7]:25']);
  }
});
