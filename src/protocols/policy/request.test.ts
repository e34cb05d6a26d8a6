import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPolicyRequest } from './request.ts';

test('[C35] attributes, one a line, and an empty line', () => {
  const request = formatPolicyRequest({ request: 'smtpd_access_policy', sender: '', helo_name: 'a=b' });
  assert.deepEqual(request, { ok: true, value: 'request=smtpd_access_policy\nsender=\nhelo_name=a=b\n\n' });
});

test('a value that would be read as more than one attribute is not sent', () => {
  for (const value of ['a\naction=OK', '\0', 'x\n']) {
    const request = formatPolicyRequest({ request: 'smtpd_access_policy', helo_name: value });
    assert.ok(!request.ok && request.error.includes('helo_name'));
  }
});
