import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDns } from '../../../test/world/dns.ts';
import { givenAnswers } from '../../../test/world/given-answers.ts';
import { findClientName } from './client-name.ts';

const given = (records: Parameters<typeof givenAnswers>[0]) => ({ resolve: givenAnswers(records) as never });

test('[C10] IPv4 and IPv6, the first name that leads back', async () => {
  const ipv6 = `${'1.0.0.0.'.repeat(1)}${'0.'.repeat(20)}8.b.d.0.1.0.0.2.ip6.arpa`;
  const resolver = given({
    '1.2.0.192.in-addr.arpa PTR': ['other.example', 'mail.example.org'],
    'mail.example.org A': ['198.51.100.1', '192.0.2.1'],
    [`${ipv6} PTR`]: ['mail.example.org.'],
    'mail.example.org AAAA': ['2001:db8:0:0::1'],
  });
  const found = { kind: 'found', name: 'mail.example.org', verified: true };
  assert.deepEqual(await findClientName(resolver, '192.0.2.1'), found);
  assert.deepEqual(await findClientName(resolver, '2001:db8::1'), found);
  assert.deepEqual(await findClientName(resolver, '::ffff:192.0.2.1'), found);
  assert.deepEqual(await findClientName(resolver, '192.0.2.9'), { kind: 'none' });
  assert.deepEqual(await findClientName(resolver, ''), { kind: 'none' });
});

test('[T9] what is no name of a host is none: it would stand in the log and in headers', async () => {
  for (const name of [
    'a b.example',
    'x\r\nInjected: y',
    '192.0.2.1',
    '',
    '.',
    'a..b',
    `${'x'.repeat(300)}.example`,
    '(c).example',
  ]) {
    const resolver = given({ '1.2.0.192.in-addr.arpa PTR': [name], [`${name} A`]: ['192.0.2.1'] });
    assert.deepEqual(await findClientName(resolver, '192.0.2.1'), { kind: 'none' }, JSON.stringify(name));
  }
});

test('[T9] ten thousand names: a few are looked at', async () => {
  const names = Array.from({ length: 10_000 }, (_, i) => `n${i}.example`);
  let asked = 0;
  const answers = givenAnswers({ '1.2.0.192.in-addr.arpa PTR': names });
  const resolve = (name: string, type: 'A' | 'PTR') => {
    asked += 1;
    return answers(name, type);
  };
  const answer = await findClientName({ resolve: resolve as never }, '192.0.2.1');
  assert.deepEqual(answer, { kind: 'found', name: 'n0.example', verified: false });
  assert.equal(asked, 6);
});

const REVERSE = '2.0.192.in-addr.arpa.';
const FORWARD = { 'example.org.': 'mail A 192.0.2.1\nloop CNAME loop2\nloop2 CNAME loop\n' };

test('[T9] name servers that are slow, lame, silent or talk nonsense: the answer is later, never no', async () => {
  const zones = { [REVERSE]: '1 PTR mail.example.org.\n', ...FORWARD };
  for (const fault of ['servfail', 'timeout', 'refuse', 'malformed', 'lame', 'wrong-id', 'wrong-question'] as const) {
    const resolver = { tryTimeoutMs: 50, rounds: 1 };
    await using dns = await openDns({ zones, faults: { '1.2.0.192.in-addr.arpa': fault }, resolver });
    assert.equal((await findClientName(dns.resolver, '192.0.2.1')).kind, 'later', fault);
    await using forward = await openDns({ zones, faults: { 'mail.example.org': fault }, resolver });
    const answer = await findClientName(forward.resolver, '192.0.2.1');
    assert.deepEqual(answer, { kind: 'found', name: 'mail.example.org', verified: 'later' }, fault);
  }
});

test('[T9] answers that do not fit come by TCP, loops end, ten thousand records are read', async () => {
  const many = Array.from({ length: 3_000 }, (_, i) => `2 PTR n${i}.example.org.`).join('\n');
  const zones = { [REVERSE]: `1 PTR mail.example.org.\n${many}\n3 PTR loop.example.org.\n`, ...FORWARD };
  await using dns = await openDns({ zones, faults: { '1.2.0.192.in-addr.arpa': 'truncate' } });
  assert.deepEqual(await findClientName(dns.resolver, '192.0.2.1'), {
    kind: 'found',
    name: 'mail.example.org',
    verified: true,
  });
  const loop = await findClientName(dns.resolver, '192.0.2.3');
  assert.ok(loop.kind === 'found' && loop.verified === 'later');
  const big = await findClientName(dns.resolver, '192.0.2.2');
  assert.ok(big.kind === 'found' ? big.verified === false : big.kind === 'later');
});
