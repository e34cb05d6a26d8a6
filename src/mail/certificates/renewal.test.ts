import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { CertificateFacts } from './certificate-facts.ts';
import { decideOrder, type OrderAttempt } from './order-decision.ts';
import { daysLeft, renewalMs, retryPauseMs } from './renewal.ts';
import { advicePauseMs, parseRenewalInfo } from './renewal-advice.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const FROM_MS = Date.UTC(2026, 0, 1);

function facts(days: number, seed = 'a', names = ['mail.valija.test']): CertificateFacts {
  const fingerprint = createHash('sha256').update(seed).digest('hex');
  const untilMs = FROM_MS + days * DAY_MS;
  return { names, issuer: 'CA', isSelfSigned: false, fromMs: FROM_MS, untilMs, fingerprint, keyType: 'EC P-256' };
}

test('[C51] a certificate is renewed when two thirds of its life are over, each a little earlier than the next', () => {
  for (const days of [6, 45, 90, 365]) {
    const moments = Array.from({ length: 50 }, (_, i) => renewalMs(facts(days, `certificate ${i}`)) - FROM_MS);
    for (const ms of moments) {
      assert.ok(ms <= (days * DAY_MS * 2) / 3 + 1, `${ms}`);
      assert.ok(ms >= days * DAY_MS * 0.63, `${ms}`);
    }
    assert.ok(new Set(moments).size > 45, 'they do not all come at one moment');
  }
  assert.equal(renewalMs(facts(90)), renewalMs(facts(90)), 'a restart changes nothing');
});

test("[C51] an authority's window is kept to, each certificate at a moment of its own, but never until it is too late", () => {
  const window = { startMs: FROM_MS + 10 * DAY_MS, endMs: FROM_MS + 12 * DAY_MS };
  const moments = Array.from({ length: 50 }, (_, i) => renewalMs(facts(90, `certificate ${i}`), window));
  assert.ok(moments.every((ms) => ms >= window.startMs && ms <= window.endMs));
  assert.ok(new Set(moments).size > 45);
  const past = { startMs: 0, endMs: 1 };
  assert.equal(renewalMs(facts(90), past), FROM_MS + 6 * HOUR_MS, 'it is revoked soon: now, and never without end');
  assert.equal(renewalMs(facts(1), past), FROM_MS + 2.4 * HOUR_MS);
  const never = { startMs: FROM_MS + 500 * DAY_MS, endMs: FROM_MS + 501 * DAY_MS };
  assert.equal(renewalMs(facts(90), never), FROM_MS + 81 * DAY_MS);
});

test('[C51] what an authority says of renewals is read with care', () => {
  const start = '2026-11-25T00:00:00Z';
  const end = '2026-11-27T12:30:00+01:00';
  const info = parseRenewalInfo({ suggestedWindow: { start, end }, explanationURL: 'https://acme.example.org/why' });
  assert.deepEqual(info, {
    ok: true,
    value: {
      window: { startMs: Date.UTC(2026, 10, 25), endMs: Date.UTC(2026, 10, 27, 11, 30) },
      explanation: 'https://acme.example.org/why',
    },
  });
  for (const body of [
    undefined,
    '<html>',
    {},
    { suggestedWindow: { start: end, end: start } },
    { suggestedWindow: { start, end: start } },
    { suggestedWindow: { start, end: 'soon' } },
    { suggestedWindow: { start: 5, end: 6 } },
  ]) {
    assert.equal(parseRenewalInfo(body).ok, false, JSON.stringify(body));
  }
  assert.deepEqual([0, 1, HOUR_MS, 1e12].map(advicePauseMs), [DAY_MS / 4, 60_000, HOUR_MS, DAY_MS]);
});

test('[C51] after failures the pauses grow from a quarter of an hour to a day, with jitter; what an authority asks for is kept', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 8, 50].map((failures) => retryPauseMs(failures, 0)),
    [HOUR_MS / 4, HOUR_MS / 2, HOUR_MS, 2 * HOUR_MS, DAY_MS, DAY_MS],
  );
  assert.equal(retryPauseMs(3, 0.9999), Math.round(HOUR_MS * 1.249975));
  assert.equal(retryPauseMs(1, 0, 3 * HOUR_MS), 3 * HOUR_MS);
  assert.equal(retryPauseMs(1, 0, 1e15), 7 * DAY_MS, 'an authority does not switch renewals off');
});

test('days that are left are whole, and never negative', () => {
  assert.equal(daysLeft(FROM_MS + 1, FROM_MS), 1);
  assert.equal(daysLeft(FROM_MS - DAY_MS, FROM_MS), 0);
});

const NAMES = ['mail.valija.test', 'autoconfig.valija.test'];
const attempt = (given: Partial<OrderAttempt>): OrderAttempt => {
  return { names: NAMES, atMs: FROM_MS, nextMs: FROM_MS + HOUR_MS, failures: 1, text: 'no', ...given };
};

test('[C51] a certificate is asked for when there is none, when a name is missing, and when it is old', () => {
  const decide = (given: Partial<Parameters<typeof decideOrder>[0]>) => {
    return decideOrder({ names: NAMES, held: undefined, attempt: undefined, nowMs: FROM_MS + DAY_MS, ...given });
  };
  assert.deepEqual(decide({}), { kind: 'order' });
  assert.deepEqual(decide({ names: [] }), { kind: 'wait', untilMs: undefined });
  assert.deepEqual(decide({ held: facts(90) }), { kind: 'order' });
  const held = facts(90, 'a', NAMES);
  assert.deepEqual(decide({ held }), { kind: 'wait', untilMs: renewalMs(held) });
  assert.deepEqual(decide({ held, nowMs: renewalMs(held) }), { kind: 'order' });
  // A name that leads here no longer is no reason to hurry.
  assert.deepEqual(decide({ held, names: NAMES.slice(0, 1) }), { kind: 'wait', untilMs: renewalMs(held) });
});

test('[C51] what failed is not asked for before its time; a name that is new does not wait for it', () => {
  const nowMs = FROM_MS + HOUR_MS / 2;
  const decide = (names: readonly string[], given: Partial<OrderAttempt>) => {
    return decideOrder({ names, held: undefined, attempt: attempt(given), nowMs });
  };
  assert.deepEqual(decide(NAMES, {}), { kind: 'wait', untilMs: FROM_MS + HOUR_MS });
  assert.deepEqual(decide(NAMES.slice(1), {}), { kind: 'wait', untilMs: FROM_MS + HOUR_MS });
  assert.deepEqual(decide([...NAMES, 'mta-sts.valija.test'], {}), { kind: 'order' });
  assert.deepEqual(decide(NAMES, { nextMs: nowMs }), { kind: 'order' });
  const inTenYears = nowMs + 3_650 * DAY_MS;
  assert.deepEqual(
    decide(NAMES, { atMs: inTenYears, nextMs: inTenYears }),
    { kind: 'order' },
    'the clock was wrong then',
  );
});
