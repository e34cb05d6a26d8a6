import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mistakeInEnglish } from '#base/mistakes/mistake.ts';
import { parsePolicyService } from './service-spec.ts';

test('[C35] endpoints as Postfix writes them', () => {
  for (const [text, endpoint] of [
    ['inet:127.0.0.1:10023', { kind: 'inet', host: '127.0.0.1', port: 10_023 }],
    ['inet:localhost:10023', { kind: 'inet', host: 'localhost', port: 10_023 }],
    ['inet:[::1]:10023', { kind: 'inet', host: '::1', port: 10_023 }],
    ['unix:/var/spool/postfix/postgrey/socket', { kind: 'unix', path: '/var/spool/postfix/postgrey/socket' }],
  ] as const) {
    const parsed = parsePolicyService(text);
    assert.ok(parsed.ok);
    assert.deepEqual(parsed.value, { endpoint, name: text, overrides: {} });
  }
});

test('[C35] in braces, what holds for one service alone', () => {
  const parsed = parsePolicyService(
    '{ inet:127.0.0.1:1, timeout=10s default_action=DUNNO,\n {policy_context = sub mission}, try_limit=1, request_limit=0, max_idle=5m, max_ttl=1h, retry_delay=2 }',
  );
  assert.ok(parsed.ok, JSON.stringify(parsed));
  assert.deepEqual(parsed.value.overrides, {
    timeoutMs: 10_000,
    defaultAction: 'DUNNO',
    policyContext: 'sub mission',
    tryLimit: 1,
    requestLimit: 0,
    maxIdleMs: 300_000,
    maxTtlMs: 3_600_000,
    retryDelayMs: 2_000,
  });
  assert.equal(parsed.value.name, 'inet:127.0.0.1:1');
});

test('what is no service is told with the right form', () => {
  for (const [text, error] of [
    ['', /the forms are/],
    ['127.0.0.1:10023', /the forms are/],
    ['inet:10023', /the forms are/],
    ['inet:localhost:postgrey', /the forms are/],
    ['inet:localhost:0', /the forms are/],
    ['inet:localhost:65536', /the forms are/],
    ['inet:::1:10023', /the forms are/],
    ['unix:private/policyd', /begins with a slash/],
    ['{ inet:127.0.0.1:1, timeout }', /none of its settings.*timeout/],
    ['{ inet:127.0.0.1:1, tmeout=1s }', /none of its settings/],
    ['{ inet:127.0.0.1:1, timeout=soon }', /no such value/],
    ['{ inet:127.0.0.1:1, try_limit=0 }', /no such value/],
    ['{ inet:127.0.0.1:1, __proto__=0 }', /none of its settings/],
    ['{ inet:127.0.0.1:1, {timeout=1s }', /braces/],
    ['{}', /the forms are/],
  ] as const) {
    const parsed = parsePolicyService(text);
    assert.ok(!parsed.ok, text);
    assert.match(mistakeInEnglish(parsed.error), error);
  }
});
