import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDns } from '../../../test/world/dns.ts';
import { isSpfRecord, parseSpfRecord } from './spf-record.ts';
import { growSpf, sayOf } from './spf-tree.ts';

const ZONE = `
@ MX 10 mail
@ A 192.0.2.9
mail A 192.0.2.1
mail AAAA 2001:db8::1
_spf TXT "v=spf1 ip4:198.51.100.0/24 ?all"
loop TXT "v=spf1 include:loop.valija.test -all"
moved TXT "v=spf1 redirect=_spf.valija.test"
`;

async function said(record: string, address: string): Promise<string> {
  await using dns = await openDns({ zones: { 'valija.test': ZONE } });
  const { tree } = await growSpf('valija.test', record, dns.resolver);
  return sayOf(tree, address);
}

test('[C22] what a record says of an address, mechanism by mechanism', async () => {
  const cases: readonly (readonly [record: string, address: string, expected: string])[] = [
    ['v=spf1 mx -all', '192.0.2.1', 'pass'],
    ['v=spf1 mx -all', '2001:db8::1', 'pass'],
    ['v=spf1 mx -all', '192.0.2.9', 'fail'],
    ['v=spf1 a ~all', '192.0.2.9', 'pass'],
    ['v=spf1 a/24//64 ~all', '192.0.2.200', 'pass'],
    ['v=spf1 a:mail.valija.test/24//64 -all', '2001:db8::ffff', 'pass'],
    ['v=spf1 ip4:192.0.2.77/24 -all', '192.0.2.1', 'pass'],
    ['v=spf1 ip6:2001:db8::/32 ?all', '192.0.2.1', 'neutral'],
    ['v=spf1 include:_spf.valija.test -all', '198.51.100.7', 'pass'],
    ['v=spf1 include:_spf.valija.test -all', '203.0.113.1', 'fail'],
    ['v=spf1 redirect=_spf.valija.test', '198.51.100.7', 'pass'],
    ['v=spf1 -ip4:198.51.100.7 redirect=_spf.valija.test', '198.51.100.7', 'fail'],
    ['v=spf1 exists:%{i}._spf.valija.test -all', '192.0.2.1', 'unsure'],
    ['v=spf1 +mx +a +ip4:192.0.2.0/24 +include:_spf.valija.test -all', '192.0.2.50', 'pass'],
    ['V=SPF1  MX  -ALL', '192.0.2.1', 'pass'],
  ];
  for (const [record, address, expected] of cases)
    assert.equal(await said(record, address), expected, `${record}: ${address}`);
});

test('[C22] a record that refers to itself comes to an end, far over the limit', async () => {
  await using dns = await openDns({ zones: { 'valija.test': ZONE } });
  const { lookups } = await growSpf('valija.test', 'v=spf1 include:loop.valija.test -all', dns.resolver);
  assert.ok(lookups > 10 && lookups < 100);
});

test('[C22] terms are read as RFC 7208 writes them, and nothing else', () => {
  const good = [
    'a',
    'mx/24',
    'a:x.test//64',
    'ip4:1.2.3.4',
    'ip6:::1/128',
    'include:x.test',
    'exists:%{i}.x',
    'ptr',
    '?all',
    'exp=x.test',
    'unknown=1',
  ];
  for (const term of good) assert.ok(parseSpfRecord(`v=spf1 ${term}`).ok, term);
  const bad = [
    'ip4:300.1.1.1',
    'ip4:1.2.3.4/33',
    'ip4:1.2.3.4/24/8',
    'ip6:1.2.3.4',
    'include',
    'include:',
    'all:x',
    'a:',
    'mx/200',
    'spf',
    'ip4',
    'redirect=',
  ];
  for (const term of bad) assert.deepEqual(parseSpfRecord(`v=spf1 ${term}`), { ok: false, error: term });
  assert.equal(parseSpfRecord('v=spf1 redirect=a.test redirect=b.test').ok, false);
});

test('[C22] a record is known by its beginning, and by nothing else', () => {
  for (const text of ['v=spf1', 'v=spf1 a', 'V=SPF1  A']) assert.equal(isSpfRecord(text), true, text);
  for (const text of ['v=spf10 a', ' v=spf1 a', 'v=spf1\ta', 'v=spf1;', ''])
    assert.equal(isSpfRecord(text), false, text);
});
