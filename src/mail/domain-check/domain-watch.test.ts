import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '#base/result.ts';
import { WorldError } from '#base/world-error.ts';
import { VirtualTime } from '../../../test/world/virtual-time.ts';
import { DomainWatch, type WatchedDomain } from './domain-watch.ts';
import { type Finding, finder, isGreen } from './finding.ts';

const DOMAIN = 'valija.test';
const MISSING = finder('spf').failure('missing', DOMAIN);
const UNANSWERED = finder('spf').unknown('unanswered', DOMAIN);
const LISTED = finder('list').failure('listed', '192.0.2.1');
const DAY_MS = 86_400_000;

/** A watch over one domain, of which each look finds what the test says. */
function openWatch(kept: readonly WatchedDomain[] = [], intervalMs = DAY_MS) {
  const time = new VirtualTime();
  const logged: string[] = [];
  const state = {
    ...{ findings: [] as readonly Finding[], checks: 0, kept, domains: [DOMAIN] },
    broken: undefined as string | undefined,
    clockIsOffMs: 0,
  };
  const clock = { nowMs: () => time.nowMs() + state.clockIsOffMs };
  const watch = new DomainWatch({
    advisor: {
      check: async (domain) => {
        state.checks++;
        if (domain === state.broken) throw new WorldError('the keys cannot be read', { transient: false });
        const { findings } = state;
        return ok({ domain, checkedMs: clock.nowMs(), isGreen: isGreen(findings), findings });
      },
    },
    listDomains: async () => state.domains,
    clock,
    alarm: time,
    log: { write: (level, _, text) => logged.push(`${level} ${text}`) },
    intervalMs: () => intervalMs,
    kept,
    keep: (watched) => {
      state.kept = watched();
    },
  });
  watch.start();
  const take = () => logged.splice(0);
  return { time, watch, state, take };
}

test('the first look comes soon, the next ones daily, and each tells only what changed', async () => {
  const { time, watch, state, take } = openWatch();
  state.findings = [MISSING];
  await time.pass(11 * 60_000);
  assert.equal(state.checks, 1);
  assert.deepEqual(take(), ['warn valija.test: spf-missing; «valija domain check valija.test» explains']);
  await time.pass(DAY_MS);
  assert.equal(state.checks, 2);
  assert.deepEqual(take(), []);
  state.findings = [MISSING, LISTED];
  await time.pass(DAY_MS);
  assert.deepEqual(take(), ['error valija.test: list-listed 192.0.2.1: «valija domain check valija.test» explains']);
  assert.deepEqual(
    watch.status.troubled.map(({ troubles }) => troubles.length),
    [2],
  );
  state.findings = [LISTED];
  await time.pass(DAY_MS);
  assert.deepEqual(take(), ['info valija.test: spf-missing valija.test: mended']);
});

test('what could not be asked for is as it was', async () => {
  const { time, state, take, watch } = openWatch();
  state.findings = [MISSING];
  await time.pass(11 * 60_000);
  take();
  state.findings = [UNANSWERED];
  await time.pass(DAY_MS);
  assert.deepEqual([take(), watch.status.troubled.length], [[], 1]);
  state.findings = [MISSING];
  await time.pass(DAY_MS);
  assert.deepEqual(take(), []);
});

test('a restart asks nobody anew before its time, and tells nobody twice', async () => {
  const { check, rule, subject } = MISSING;
  const troubles = [{ check, rule, subject, severity: 'failure' }] as const;
  const { time, state, take } = openWatch([{ domain: DOMAIN, checkedMs: new VirtualTime().nowMs(), troubles }]);
  state.findings = [MISSING];
  await time.pass(DAY_MS / 2);
  assert.equal(state.checks, 0);
  await time.pass(DAY_MS / 2 + 60_000);
  assert.deepEqual([state.checks, take()], [1, []]);
});

test('what somebody asked for counts, too, where the domain is ours', async () => {
  const { watch, take } = openWatch([], 0);
  for (const domain of [DOMAIN, 'example.org'])
    await watch.hear({ domain, checkedMs: 1, isGreen: false, findings: [MISSING] });
  assert.deepEqual(
    watch.status.troubled.map(({ domain }) => domain),
    [DOMAIN],
  );
  assert.deepEqual(take(), ['warn valija.test: spf-missing; «valija domain check valija.test» explains']);
});

test('a clock that is set back before the first look does not put it off', async () => {
  const { time, state } = openWatch();
  state.domains = [];
  await time.pass(120_000);
  state.domains = [DOMAIN];
  state.clockIsOffMs = -DAY_MS;
  await time.pass(120_000);
  assert.equal(state.checks, 1);
});

test('no interval: no looks; and a domain that is gone is forgotten', async () => {
  const never = openWatch([], 0);
  await never.time.pass(3 * DAY_MS);
  assert.equal(never.state.checks, 0);
  const gone = openWatch([{ domain: 'old.test', checkedMs: 0, troubles: [] }]);
  await gone.time.pass(11 * 60_000);
  assert.deepEqual(
    gone.state.kept.map(({ domain }) => domain),
    [DOMAIN],
  );
});

test('a domain that cannot be checked keeps no other from being looked at, and is tried again', async () => {
  const { time, watch, state, take } = openWatch();
  state.domains = ['broken.test', DOMAIN];
  state.broken = 'broken.test';
  await time.pass(11 * 60_000);
  assert.equal(watch.status.checked, 1);
  const told = take();
  assert.equal(told[0], `info ${DOMAIN}: all that was checked holds`);
  assert.match(told[1] ?? '', /^warn the domains could not be checked: .*broken\.test: .*keys cannot be read/);
  state.broken = undefined;
  await time.pass(60_000);
  assert.equal(watch.status.checked, 2);
});

test('[T31] the status of very many domains is an answer like any other', () => {
  const kept = Array.from({ length: 300_000 }, (_, at) => ({ domain: `d${at}.test`, checkedMs: at, troubles: [] }));
  const { watch } = openWatch(kept);
  assert.deepEqual(watch.status, { checked: 300_000, checkedMs: 299_999, troubled: [] });
});
