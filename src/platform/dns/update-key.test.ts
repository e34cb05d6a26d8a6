import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseUpdateKey } from './update-key.ts';

const KEY = { keyName: 'valija-key', algorithm: 'hmac-sha256', secret: 'c2VjcmV0' };

test('keys are read as the tools of name servers write them', () => {
  const bind = 'key "valija-key" {\n\talgorithm hmac-sha256;\n\tsecret "c2VjcmV0";\n};\n';
  const knot =
    '# hmac-sha256:valija-key:c2VjcmV0\nkey:\n  - id: valija-key\n    algorithm: hmac-sha256\n    secret: c2VjcmV0\n';
  for (const text of [bind, knot, 'hmac-sha256:valija-key:c2VjcmV0\n', 'valija-key:c2VjcmV0']) {
    assert.deepEqual(parseUpdateKey(text), { ok: true, value: KEY }, text);
  }
});

test('a key file of BIND may have tabs, comments, and all on one line', () => {
  const key = { ...KEY, algorithm: 'hmac-sha512', secret: 'c2//cmV0' };
  const tabs = 'key\t"valija-key"\t{\n\talgorithm\thmac-sha512;\n\tsecret\t"c2//cmV0";\n};\n';
  const comments =
    'key "valija-key" {\n\t// of the year 2026\n\t# secret "b2xk";\n\talgorithm hmac-sha512;\n\tsecret "c2//cmV0";\n};\n';
  const oneLine = 'key valija-key { algorithm "hmac-sha512"; secret "c2//cmV0"; };';
  for (const text of [tabs, comments, oneLine]) assert.deepEqual(parseUpdateKey(text), { ok: true, value: key }, text);
});

test('what is no key, and what nobody should use, is refused by its name', () => {
  const complaint = (text: string) => {
    const parsed = parseUpdateKey(text);
    return parsed.ok ? undefined : parsed.error;
  };
  assert.match(complaint('') ?? '', /no key/);
  assert.match(complaint('key "x" { algorithm hmac-sha256; };') ?? '', /no key/);
  assert.match(complaint('key "x" { algorithm hmac-md5; secret "AAAA"; };') ?? '', /hmac-md5 is none of/);
});
