import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAddressLiteral, parseDomainName, parseMailDomain } from './domain-name.ts';

const name = (text: string) => {
  const parsed = parseDomainName(text);
  return parsed.ok ? parsed.value : `! ${parsed.error}`;
};

test('domain names come out lower-case, as A-labels', () => {
  for (const [text, expected] of [
    ['EXAMPLE.com', 'example.com'],
    ['localhost', 'localhost'],
    ['españa.example', 'xn--espaa-rta.example'],
    ['ESPAÑA.example', 'xn--espaa-rta.example'],
    ['espan\u0303a.example', 'xn--espaa-rta.example'],
    ['例え。example', 'xn--r8jz45g.example'],
    ['xn--espaa-rta.example', 'xn--espaa-rta.example'],
    ['_dmarc.example.com', '_dmarc.example.com'],
    ['a1-b.3com.example', 'a1-b.3com.example'],
  ] as const) {
    assert.equal(name(text), expected, text);
  }
});

test('what is no domain name is refused', () => {
  for (const text of [
    '-a.example',
    'a-.example',
    'a..example',
    '.example',
    'example.',
    'a b.example',
    'a\x00.example',
    '%41.example',
    '192.0.2.1',
    '0x7f.1',
    '１２７.0.0.１',
    'ñ/.example',
    'ñ@b',
    'a:25',
    'a,b',
  ]) {
    assert.equal(name(text), '! not-a-domain-name', text);
  }
  assert.equal(name(''), '! empty');
  assert.equal(name('a.'.repeat(150)), '! too-long');
  assert.equal(name(`${'a'.repeat(64)}.example`), '! not-a-domain-name');
});

test('address literals stand in brackets', () => {
  for (const text of [
    '[192.0.2.1]',
    '[IPv6:::]',
    '[IPv6:2001:db8::1]',
    '[IPv6:1:2:3:4:5:6:7:8]',
    '[ipv6:::ffff:192.0.2.1]',
  ]) {
    assert.ok(isAddressLiteral(text), text);
  }
  for (const text of [
    '[]',
    '[192.0.2.256]',
    '[192.0.2]',
    '[IPv6:1::2::3]',
    '[IPv6:12345::]',
    '[IPv6:1.2.3.4::]',
    '[IPv6:192.0.2.1]',
    '[IPv6:]',
    '[IPv6:1:2:3:4:5:6:7]',
    '[IPv6:::1',
    '[2001:db8::1]',
    '[a]',
  ]) {
    assert.ok(!isAddressLiteral(text), text);
  }
  assert.deepEqual(parseMailDomain('[ipv6:::1]'), { ok: true, value: '[IPv6:::1]' });
  assert.deepEqual(parseMailDomain('[IPV6:2001:DB8::A]'), { ok: true, value: '[IPv6:2001:db8::a]' });
  assert.deepEqual(parseMailDomain('[x]'), { ok: false, error: 'not-an-address-literal' });
});
