import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LOGIN_LIMITS, decideLogin, type LoginFacts, pauseMs } from './login.ts';

const LIMITS = DEFAULT_LOGIN_LIMITS;
const NOTHING: LoginFacts = { nowMs: 1_000_000, account: undefined, network: undefined, checksAtOnce: 0 };
const failed = (failures: number, agoMs: number, lastSuccessMs?: number) => ({
  failures,
  lastFailureMs: NOTHING.nowMs - agoMs,
  lastSuccessMs,
});

test('the pause doubles with each failure, up to a named longest one', () => {
  const pauses = [0, 5, 6, 7, 8, 11, 12, 1_000].map((failures) => pauseMs(failures, LIMITS.account));
  assert.deepEqual(pauses, [0, 0, 5_000, 10_000, 20_000, 160_000, 300_000, 300_000]);
});

test('each rule decides by its name', () => {
  const cases: [string, Partial<LoginFacts>][] = [
    ['permit_login', {}],
    ['permit_login', { account: failed(5, 0), network: failed(50, 0) }],
    ['defer_login_account_failures', { account: failed(6, 4_999) }],
    ['permit_login', { account: failed(6, 5_000) }],
    ['defer_login_network_failures', { network: failed(51, 4_999) }],
    ['permit_login', { network: failed(51, 5_000) }],
    ['permit_login_known_account', { account: failed(0, 0, NOTHING.nowMs - 1), network: failed(99, 0) }],
    ['defer_login_account_failures', { account: failed(9, 0, NOTHING.nowMs - 1), network: failed(99, 0) }],
    ['defer_login_checks_at_once', { checksAtOnce: LIMITS.maxChecksAtOnce }],
  ];
  for (const [rule, facts] of cases) {
    const verdict = decideLogin({ ...NOTHING, ...facts }, LIMITS);
    assert.equal(verdict.rule, rule, JSON.stringify(facts));
    assert.equal(verdict.outcome, rule.startsWith('permit') ? 'permit' : 'defer');
  }
});

test('the memory of a login as a known one ends', () => {
  const longAgo = NOTHING.nowMs - LIMITS.knownForMs - 1;
  const facts = { ...NOTHING, account: failed(0, 0, longAgo), network: failed(99, 0) };
  assert.equal(decideLogin(facts, LIMITS).rule, 'defer_login_network_failures');
});
