import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Table } from '#mail/ports/table.ts';
import { defaultTlsPolicy, findTlsPolicy, isNameWanted, parseTlsPolicy, wantedNames } from './tls-policy.ts';

test('[C41] a policy is a level and attributes, or a complaint', () => {
  assert.deepEqual(parseTlsPolicy('secure  match=.example.org:mail.example.net servername=hostname'), {
    ok: true,
    value: { level: 'secure', match: ['.example.org', 'mail.example.net'], serverName: 'hostname' },
  });
  assert.deepEqual(parseTlsPolicy('ENCRYPT protocols=>=TLSv1.2 ciphers=high'), {
    ok: true,
    value: { level: 'encrypt', match: [], serverName: 'hostname' },
  });
  for (const [text, complaint] of [
    ['', '"" is none of none, may, encrypt, dane, dane-only, verify, secure'],
    ['fingerprint', '"fingerprint" is none of'],
    ['may match', '"match" is no name=value'],
    ['may colour=blue', '"colour" is no attribute'],
  ] as const) {
    const policy = parseTlsPolicy(text);
    assert.ok(!policy.ok && policy.error.startsWith(complaint), text);
  }
});

test('a table is asked for the next hop, its domain, and the domains above; patterns once', async () => {
  const asked: string[] = [];
  const table = (isPattern: boolean): Table => ({
    name: 'inline:{}',
    isPattern,
    async find(key) {
      asked.push(key);
      return key === '.org' ? 'none' : undefined;
    },
  });
  assert.deepEqual(await findTlsPolicy([table(true), table(false)], '[Mail.example.org]:587', 'may'), {
    ok: true,
    value: { ...defaultTlsPolicy('none'), source: 'smtp_tls_policy_maps' },
  });
  assert.deepEqual(asked, [
    '[Mail.example.org]:587',
    '[mail.example.org]:587',
    'mail.example.org',
    '.example.org',
    '.org',
  ]);
  assert.deepEqual(await findTlsPolicy([], 'example.org', 'may'), {
    ok: true,
    value: { ...defaultTlsPolicy('may'), source: 'smtp_tls_security_level' },
  });
});

test('names of a certificate: verify wants the host, secure the next hop; a star is one label', () => {
  const server = { hostname: 'mx1.mail.example', destination: 'Example.org' };
  for (const [level, name, expected] of [
    ['verify', 'mx1.mail.example', true],
    ['verify', 'MX1.mail.EXAMPLE', true],
    ['verify', '*.mail.example', true],
    ['verify', '*.example', false],
    ['verify', 'example.org', false],
    ['secure', 'mx1.mail.example', false],
    ['secure', 'example.org', true],
    ['secure', 'mx.example.org', true],
    ['secure', 'a.b.example.org', true],
    ['secure', '*.example.org', true],
    ['secure', '*.org', false],
    ['secure', 'badexample.org', false],
  ] as const) {
    assert.equal(isNameWanted([name], wantedNames(defaultTlsPolicy(level), server)), expected, `${level} ${name}`);
  }
});

test('[T33] a next hop that is not ASCII is compared as certificates have it', () => {
  const wanted = wantedNames(defaultTlsPolicy('secure'), { hostname: 'mx.example.org', destination: 'España.example' });
  assert.deepEqual(wanted, ['xn--espaa-rta.example', '.xn--espaa-rta.example']);
});
