import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { allowsServer, formatStsPolicy, parseStsPolicy, type StsPolicy } from './policy.ts';

const POLICY = 'version: STSv1\nmode: enforce\nmx: mx1.example.org\nmx: *.backup.example.net\nmax_age: 604800\n';

test('[C71] a policy is read with either line end, one field a line', () => {
  const expected = {
    ok: true,
    value: { mode: 'enforce', maxAgeSeconds: 604_800, mx: ['mx1.example.org', '*.backup.example.net'] },
  };
  assert.deepEqual(parseStsPolicy(POLICY), expected);
  assert.deepEqual(parseStsPolicy(POLICY.replaceAll('\n', '\r\n')), expected);
  assert.deepEqual(parseStsPolicy(POLICY.trimEnd().replaceAll('\n', ' \t\n')), expected);
  assert.deepEqual(parseStsPolicy(POLICY.replaceAll(': ', ':')), expected);
});

test('of a field that stands twice the first counts, and what is not known is passed over', () => {
  const policy = parseStsPolicy(`${POLICY}mode: none\nmax_age: 1\nfuture: words: with: colons\nnonsense\n`);
  assert.deepEqual(policy, parseStsPolicy(POLICY));
});

test('[T33] an exchanger may be written in any script; names are compared as the DNS has them', () => {
  const policy = parseStsPolicy('version: STSv1\nmode: testing\nmx: MX.España.example\nmax_age: 86400\n');
  assert.ok(policy.ok);
  assert.deepEqual(policy.value.mx, ['mx.xn--espaa-rta.example']);
  assert.ok(allowsServer(policy.value, 'mx.españa.example'));
  assert.ok(allowsServer(policy.value, 'mx.xn--espaa-rta.example.'));
});

test('[C71] what is no policy says why', () => {
  for (const [text, complaint] of [
    ['', 'it does not say "version: STSv1"'],
    ['version: STSv1 mode: enforce mx: mx1.example.org max_age: 604800', 'it does not say "version: STSv1"'],
    [POLICY.replace('STSv1', 'STSv2'), 'it does not say "version: STSv1"'],
    [POLICY.replace('enforce', 'Enforce'), 'mode: "Enforce" is none of enforce, testing, none'],
    [POLICY.replace('604800', '1 week'), 'max_age: "1 week" is no count of seconds'],
    [POLICY.replace('604800', '12345678901'), 'max_age: "12345678901" is no count of seconds'],
    [POLICY.replace(/max_age.*\n/, ''), 'max_age: "" is no count of seconds'],
    [POLICY.replace(/mx: .*\n/g, ''), 'it names no mx'],
    [POLICY.replace('mx1.example.org', '192.0.2.1'), 'mx: "192.0.2.1" is no name of a host'],
    [POLICY.replace('mx1.example.org', 'mx*.example.org'), 'mx: "mx*.example.org" is no name of a host'],
    [POLICY + 'mx: a.example.org\n'.repeat(200), 'there are more than 200 mx fields'],
  ] as const) {
    assert.deepEqual(parseStsPolicy(text), { ok: false, error: complaint });
  }
});

test('a policy that says none needs no exchanger, and more than a year is a year', () => {
  assert.deepEqual(parseStsPolicy('version: STSv1\nmode: none\nmax_age: 9999999999\n'), {
    ok: true,
    value: { mode: 'none', maxAgeSeconds: 31_557_600, mx: [] },
  });
});

test('[T33] a star stands for exactly one label', () => {
  const policy = { mx: ['mx1.example.org', '*.example.net'] };
  for (const [name, expected] of [
    ['mx1.example.org', true],
    ['MX1.Example.Org', true],
    ['mx2.example.org', false],
    ['a.mx1.example.org', false],
    ['mx.example.net', true],
    ['a.mx.example.net', false],
    ['example.net', false],
    ['net', false],
    ['badexample.net', false],
  ] as const) {
    assert.equal(allowsServer(policy, name), expected, name);
  }
});

test('[C41] any text is a policy or says why not; what is written is read again', (context) => {
  const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/);
  const host = fc.tuple(fc.boolean(), label, label).map(([wild, a, b]) => `${wild ? '*.' : ''}${a}.${b}`);
  const policy: fc.Arbitrary<StsPolicy> = fc.record(
    {
      mode: fc.constantFrom('enforce' as const, 'testing' as const),
      maxAgeSeconds: fc.nat(31_557_600),
      mx: fc.array(host, { minLength: 1, maxLength: 8 }),
    },
    { noNullPrototype: true },
  );
  alwaysHolds(
    context,
    fc.property(policy, (written) => {
      assert.deepEqual(parseStsPolicy(formatStsPolicy(written)), { ok: true, value: written });
    }),
  );
  const pieces = fc.constantFrom('version: STSv1', 'mode: enforce', 'mx: ', 'max_age: 5', '\n', '\r', ':', '\0', 'ñ');
  alwaysHolds(
    context,
    fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
      const parsed = parseStsPolicy(parts.join(''));
      if (!parsed.ok) assert.notEqual(parsed.error, '');
    }),
  );
});
