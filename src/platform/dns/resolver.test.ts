import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { reversedLabels, reverseName } from '#base/reverse-name.ts';
import { steadyClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { openDns } from '../../../test/world/dns.ts';
import { openResolver } from './resolver.ts';
import { parseResolverFile } from './resolver-file.ts';
import type { ZoneFault } from './zone-fault.ts';

const ZONE = `
$TTL 1h
@       MX 20 mx2
@       MX 10 mx1.example.org.
        TXT "v=spf1 mx" " -all"
mx1     A 192.0.2.1
        A 192.0.2.2
        AAAA 2001:db8::1
mx2     CNAME alias
alias   CNAME mx1
_25._tcp.mx1 TLSA 3 1 1 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
_submission._tcp SRV 0 5 587 mx1
@       CAA 128 issue "letsencrypt.org"
null    MX 0 .
empty   A 192.0.2.9
loop    CNAME pool
pool    CNAME loop
long    A 192.0.2.7
*.wild  A 192.0.2.8
a.b.wild TXT "hides the wildcard from its parents"
`;

test('every type of record is read as it was written', async () => {
  await using dns = await openDns({ zones: { 'example.org': ZONE } });
  const { resolver } = dns;
  const mx = await resolver.resolve('Example.ORG.', 'MX');
  assert.equal(mx.kind, 'found');
  assert.deepEqual(mx.kind === 'found' && mx.records, [
    { preference: 20, exchange: 'mx2.example.org' },
    { preference: 10, exchange: 'mx1.example.org' },
  ]);
  assert.equal(mx.kind === 'found' && mx.ttlSeconds, 3_600);
  const records = async (name: string, type: Parameters<typeof resolver.resolve>[1]) => {
    const answer = await resolver.resolve(name, type);
    return answer.kind === 'found' ? answer.records : answer;
  };
  assert.deepEqual(await records('mx1.example.org', 'A'), ['192.0.2.1', '192.0.2.2']);
  assert.deepEqual(await records('mx1.example.org', 'AAAA'), ['2001:db8::1']);
  assert.deepEqual(await records('example.org', 'TXT'), ['v=spf1 mx -all']);
  assert.deepEqual(await records('null.example.org', 'MX'), [{ preference: 0, exchange: '' }]);
  assert.deepEqual(await records('_submission._tcp.example.org', 'SRV'), [
    { priority: 0, weight: 5, port: 587, target: 'mx1.example.org' },
  ]);
  assert.deepEqual(await records('example.org', 'CAA'), [{ critical: true, tag: 'issue', value: 'letsencrypt.org' }]);
  const [tlsa] = (await records('_25._tcp.mx1.example.org', 'TLSA')) as unknown as { data: Buffer }[];
  assert.equal(tlsa?.data.length, 32);
});

test('[C6] a chain of CNAMEs is followed, whether the server did so or not, and one that bites its tail is not', async () => {
  await using dns = await openDns({ zones: { 'example.org': ZONE, 'example.net': 'far CNAME mx1.example.org.' } });
  const followed = await dns.resolver.resolve('mx2.example.org', 'A');
  assert.equal(followed.kind === 'found' && followed.canonicalName, 'mx1.example.org');
  const far = await dns.resolver.resolve('far.example.net', 'AAAA');
  assert.equal(far.kind === 'found' && far.canonicalName, 'mx1.example.org');
  assert.deepEqual(await dns.resolver.resolve('loop.example.org', 'A'), { kind: 'failed', reason: 'malformed' });
});

test('[C11] a wildcard answers for names that do not exist, and for no others', async () => {
  await using dns = await openDns({ zones: { 'example.org': ZONE } });
  const kind = async (name: string) => (await dns.resolver.resolve(name, 'A')).kind;
  assert.equal(await kind('any.wild.example.org'), 'found');
  assert.equal(await kind('deep.any.wild.example.org'), 'found');
  assert.equal(await kind('b.wild.example.org'), 'no-data');
  assert.equal(await kind('x.b.wild.example.org'), 'no-such-name');
  assert.equal(await kind('wild.example.org'), 'no-data');
});

test('that there is nothing is one thing, and that nobody could say is another', async () => {
  await using dns = await openDns({
    zones: { 'example.org': ZONE },
    faults: {
      'servfail.example.org': 'servfail',
      'timeout.example.org': 'timeout',
      'refuse.example.org': 'refuse',
      'lame.example.org': 'lame',
      'mx1.example.org': 'malformed',
      'empty.example.org': 'wrong-id',
      'long.example.org': 'wrong-question',
    },
    // As long as those wait for that are never answered.
    resolver: { tryTimeoutMs: 2_000, rounds: 1 },
  });
  const expected = {
    'nowhere.example.org': { kind: 'no-such-name', isAuthenticated: false },
    'example.org': { kind: 'no-data', isAuthenticated: false },
    'servfail.example.org': { kind: 'failed', reason: 'servfail' },
    'timeout.example.org': { kind: 'failed', reason: 'timeout' },
    'refuse.example.org': { kind: 'failed', reason: 'refused' },
    'lame.example.org': { kind: 'failed', reason: 'refused' },
    'mx1.example.org': { kind: 'failed', reason: 'malformed' },
    'empty.example.org': { kind: 'failed', reason: 'malformed' },
    'long.example.org': { kind: 'failed', reason: 'malformed' },
  };
  const answers = await Promise.all(Object.keys(expected).map((name) => dns.resolver.resolve(name, 'A')));
  assert.deepEqual(answers, Object.values(expected));
});

test('what does not fit a datagram is asked for over TCP', async () => {
  const many = Array.from({ length: 60 }, (_, i) => `many TXT "record ${i} ${'x'.repeat(40)}"`).join('\n');
  await using dns = await openDns({
    zones: { 'example.org': `${ZONE}\n${many}` },
    faults: { 'mx1.example.org': 'truncate' },
  });
  const answer = await dns.resolver.resolve('many.example.org', 'TXT');
  assert.equal(answer.kind === 'found' && answer.records.length, 60);
  assert.equal((await dns.resolver.resolve('mx1.example.org', 'A')).kind, 'found');
  assert.deepEqual(dns.server.questions(), [
    'udp TXT many.example.org',
    'tcp TXT many.example.org',
    'udp A mx1.example.org',
    'tcp A mx1.example.org',
  ]);
});

test('an answer is kept for its time, what does not exist too, and the same question is asked once', async () => {
  let nowMs = 0;
  await using dns = await openDns({ zones: { 'example.org': ZONE } });
  await using resolver = openResolver(
    { servers: [dns.server], hostsFile: '/dev/null' },
    { clock: { nowMs: () => nowMs }, randomness: systemRandomness },
  );
  await Promise.all(Array.from({ length: 50 }, () => resolver.resolve('mx1.example.org', 'A')));
  nowMs = 1_800_000;
  const half = await resolver.resolve('mx1.example.org', 'A');
  assert.equal(half.kind === 'found' && half.ttlSeconds, 1_800);
  for (const type of ['MX', 'A', 'AAAA', 'TXT'] as const) await resolver.resolve('nowhere.example.org', type);
  assert.deepEqual(dns.server.questions(), ['udp A mx1.example.org', 'udp MX nowhere.example.org']);
  nowMs = 3_600_000;
  await resolver.resolve('mx1.example.org', 'A');
  await resolver.resolve('nowhere.example.org', 'A');
  assert.equal(dns.server.questions().length, 4);
});

test('what could not be answered is not asked again at once, and is a second later', async () => {
  let nowMs = 0;
  await using dns = await openDns({ zones: { 'example.org': ZONE }, faults: { 'mx1.example.org': 'servfail' } });
  await using resolver = openResolver(
    { servers: [dns.server], hostsFile: '/dev/null' },
    { clock: { nowMs: () => nowMs }, randomness: systemRandomness },
  );
  for (let i = 0; i < 3; i++) assert.equal((await resolver.resolve('mx1.example.org', 'A')).kind, 'failed');
  assert.equal(dns.server.questions().length, 1);
  dns.server.setFault('mx1.example.org', undefined);
  nowMs = 1_001;
  assert.equal((await resolver.resolve('mx1.example.org', 'A')).kind, 'found');
});

test('several servers are asked in turn: a silent, a refusing and an absent one do not hold up the answer', async () => {
  await using good = await openDns({ zones: { 'example.org': ZONE } });
  await using silent = await openDns({ zones: {}, faults: { 'mx1.example.org': 'timeout' } });
  await using bad = await openDns({ zones: {}, faults: { 'mx1.example.org': 'servfail' } });
  const absent = { address: '127.0.0.1', port: await closedPort() };
  await using resolver = openResolver(
    { servers: [absent, bad.server, silent.server, good.server], hostsFile: '/dev/null', tryTimeoutMs: 2_000 },
    { clock: steadyClock, randomness: systemRandomness },
  );
  assert.equal((await resolver.resolve('mx1.example.org', 'A')).kind, 'found');
  // The one that answered is asked first from now on.
  await resolver.resolve('mx1.example.org', 'AAAA');
  assert.deepEqual(
    [bad, silent, good].map((each) => each.server.questions().length),
    [1, 1, 2],
  );
});

test('an outage ends within the time given, with so many questions under way and no more', async () => {
  await using dns = await openDns({
    zones: { 'example.org': '*.slow A 192.0.2.1\n*.silent A 192.0.2.1' },
    slowMs: 20,
    faults: Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`n${i}.slow.example.org`, 'slow'] as [string, ZoneFault]),
    ),
    resolver: { mostQuestions: 4, mostWaiting: 20 },
  });
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) => dns.resolver.resolve(`n${i}.slow.example.org`, 'A')),
  );
  const kinds = answers.map(({ kind }) => kind);
  assert.equal(kinds.filter((kind) => kind === 'found').length, 24);
  assert.equal(kinds.filter((kind) => kind === 'failed').length, 16);
  await using outage = await openDns({
    zones: {},
    faults: { 'example.org': 'timeout' },
    resolver: { totalTimeoutMs: 400, rounds: 5 },
  });
  const began = performance.now();
  assert.deepEqual(await outage.resolver.resolve('example.org', 'MX'), { kind: 'failed', reason: 'timeout' });
  assert.ok(performance.now() - began < 5_000, 'sooner than the first server is given up');
});

test('AD is handed on, and a chain is proven when each of its links is', async () => {
  await using dns = await openDns({
    zones: { 'example.org': ZONE, 'example.net': 'far CNAME mx1.example.org.' },
    authenticated: ['example.org'],
  });
  const proven = async (name: string) => {
    const answer = await dns.resolver.resolve(name, 'A');
    return answer.kind === 'found' && answer.isAuthenticated;
  };
  assert.equal(await proven('mx1.example.org'), true);
  assert.equal(await proven('far.example.net'), false);
});

test('[C20] names of /etc/hosts and localhost are answered as the system does; the DNS is asked for the rest', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-dns-'));
  const hostsFile = join(folder, 'hosts');
  writeFileSync(hostsFile, '127.0.0.1 localhost\n172.200.0.1\tmail.vpn.test  mail # VPN\nnot an address\n');
  try {
    await using dns = await openDns({ zones: { 'vpn.test': 'mail A 192.0.2.66' }, resolver: { hostsFile } });
    const { resolver } = dns;
    const records = async (name: string, type: 'A' | 'AAAA' | 'PTR' | 'MX') => {
      const answer = await resolver.resolve(name, type);
      return answer.kind === 'found' ? answer.records : answer.kind;
    };
    assert.deepEqual(await records('Mail.VPN.test', 'A'), ['172.200.0.1']);
    assert.equal(await records('mail.vpn.test', 'AAAA'), 'no-data');
    assert.deepEqual(await records('1.0.200.172.in-addr.arpa', 'PTR'), ['mail.vpn.test']);
    assert.deepEqual(await records('localhost', 'AAAA'), 'no-data');
    assert.deepEqual(await records('anything.localhost', 'AAAA'), ['::1']);
    assert.equal(await records('localhost', 'MX'), 'no-data');
    assert.deepEqual(dns.server.questions(), []);
    assert.equal(await records('mail.vpn.test', 'MX'), 'no-data');
    const direct = await resolver.dnsOnly.resolve('mail.vpn.test', 'A');
    assert.deepEqual(direct.kind === 'found' && direct.records, ['192.0.2.66']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('names that cannot exist are not asked for, and those in other scripts are asked for as A-labels', async () => {
  await using dns = await openDns({ zones: { 'xn--espaa-rta.example': '@ A 192.0.2.1' } });
  assert.equal((await dns.resolver.resolve('España.example', 'A')).kind, 'found');
  for (const name of ['', '.', 'a..b', `${'x'.repeat(64)}.org`, `${'abcdefg.'.repeat(32)}org`, 'a b.org', 'a\0.org']) {
    assert.deepEqual(await dns.resolver.resolve(name, 'A'), { kind: 'no-such-name', isAuthenticated: false }, name);
  }
  assert.equal(dns.server.questions().length, 1);
});

test('the system’s files are read again when they change', async () => {
  let nowMs = 0;
  const folder = mkdtempSync(join(tmpdir(), 'valija-dns-'));
  const hostsFile = join(folder, 'hosts');
  writeFileSync(hostsFile, '192.0.2.1 one.test\n');
  await using dns = await openDns({ zones: {} });
  await using resolver = openResolver(
    { servers: [dns.server], hostsFile },
    { clock: { nowMs: () => nowMs }, randomness: systemRandomness },
  );
  const kind = async (name: string) => (await resolver.resolve(name, 'A')).kind;
  try {
    assert.deepEqual([await kind('one.test'), await kind('two.test')], ['found', 'no-such-name']);
    writeFileSync(hostsFile, '192.0.2.2 two.test two\n');
    nowMs = 5_000;
    assert.deepEqual([await kind('one.test'), await kind('two.test')], ['no-such-name', 'found']);
    rmSync(hostsFile);
    nowMs = 10_000;
    assert.deepEqual([await kind('localhost'), await kind('two')], ['found', 'no-such-name']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('/etc/resolv.conf says whom to ask, how long and how often', () => {
  assert.deepEqual(
    parseResolverFile(
      '# mine\nsearch example.org\nnameserver 192.0.2.53\nnameserver fe80::1%eth0 ; link\nnameserver x\noptions timeout:1 attempts:9 rotate\n',
    ),
    {
      servers: [
        { address: '192.0.2.53', port: 53 },
        { address: 'fe80::1%eth0', port: 53 },
      ],
      trustsProofs: false,
      tryTimeoutMs: 1_000,
      rounds: 5,
    },
  );
  assert.equal(parseResolverFile('options edns0 trust-ad').trustsProofs, true);
  assert.deepEqual(parseResolverFile(''), {
    servers: [{ address: '127.0.0.1', port: 53 }],
    trustsProofs: false,
    tryTimeoutMs: undefined,
    rounds: undefined,
  });
});

test('an address has a name to look its own name up by', () => {
  assert.equal(reverseName('192.0.2.1'), '1.2.0.192.in-addr.arpa');
  assert.equal(reverseName('2001:db8::1'), `1.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa`);
  assert.equal(reversedLabels('192.0.2.300'), undefined);
});

test('a server that does not know EDNS is asked without it', async () => {
  const replies = (question: Buffer) => {
    const hasOptions = question.readUInt16BE(10) === 1;
    return [hasOptions ? formatError(question) : withAddress(question)];
  };
  assert.equal(await askScripted(replies), 'found');
});

test('a forged answer, with another id or another question, does not keep the real one away', async () => {
  const replies = (question: Buffer) => {
    const real = withAddress(question);
    const otherId = Buffer.from(real);
    otherId.writeUInt16BE((real.readUInt16BE() + 1) & 0xffff);
    const otherName = Buffer.from(real);
    otherName.write('x', 13);
    const noResponse = Buffer.from(real);
    noResponse.writeUInt16BE(0x0100, 2);
    return [otherId, otherName, noResponse, Buffer.alloc(1), real];
  };
  assert.equal(await askScripted(replies), 'found');
});

/** What our resolver makes of a server that sends these datagrams. */
async function askScripted(replies: (question: Buffer) => readonly Buffer[]): Promise<string> {
  const server = createSocket('udp4');
  server.on('message', (question, peer) => {
    for (const reply of replies(question)) server.send(reply, peer.port, peer.address);
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  await using resolver = openResolver(
    { servers: [server.address()], hostsFile: '/dev/null', tryTimeoutMs: 2_000, rounds: 1 },
    { clock: steadyClock, randomness: systemRandomness },
  );
  const { kind } = await resolver.resolve('example.org', 'A');
  server.close();
  return kind;
}

function formatError(question: Buffer): Buffer {
  const reply = Buffer.from(question.subarray(0, 12));
  reply.writeUInt16BE(0x8181, 2);
  for (const at of [4, 6, 8, 10]) reply.writeUInt16BE(0, at);
  return reply;
}

function withAddress(question: Buffer): Buffer {
  const reply = Buffer.from(question.subarray(0, 12 + 'example.org'.length + 2 + 4));
  reply.writeUInt16BE(0x8180, 2);
  reply.writeUInt16BE(1, 6);
  reply.writeUInt16BE(0, 10);
  return Buffer.concat([reply, Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1])]);
}

/** Nobody listens there: it was ours a moment ago. */
async function closedPort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}
