import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { RenewalWindow } from '#mail/certificates/renewal-advice.ts';
import type { SkippedName, WantedCertificate } from '#mail/certificates/wanted-certificates.ts';
import { fixedClock } from '../../../test/world/clock.ts';
import { seededRandomness } from '../../../test/world/randomness.ts';
import { checkPair } from '../tls/checked-pair.ts';
import { makeSelfSigned } from '../tls/self-signed.ts';
import { CertificateKeeper } from './certificate-keeper.ts';
import { KeptCertificates } from './kept-certificates.ts';
import type { Obtained } from './obtain-certificate.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const LIFETIME_MS = 90 * DAY_MS;
const ID = 'valija.test';
const ALL = ['valija.test', 'mta-sts.valija.test'];

const ADVICE = { authority: 'https://acme.example.org/dir', renewalId: 'key.1', explanation: undefined };
const NO_WINDOW = { startMs: 0, endMs: 0 };

/** An authority, the DNS and a disk as the test wants them, and a clock that it sets. */
function openHouse(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'valija-keeper-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const clock = fixedClock();
  const lines: string[] = [];
  const log = { write: (level: string, _: string, text: string) => void lines.push(`${level} ${text}`) };
  const orders: { names: readonly string[]; secretKey: string | undefined; replaced: string | undefined }[] = [];
  const state = {
    folder,
    clock,
    lines,
    orders,
    wanted: [{ id: ID, names: ALL }] as WantedCertificate[],
    skipped: [] as SkippedName[],
    /** What the authority says; else it issues. */
    refusal: undefined as string | undefined,
    leftOut: new Map<string, string>(),
    shown: 0,
    /** When the authority wants renewals; it says nothing of it otherwise. */
    window: undefined as RenewalWindow | undefined,
    asked: 0,
    /** How often the names were looked up, and what that waits for. */
    lookedUp: 0,
    answering: Promise.resolve(),
    revoking: Promise.resolve(),
  };
  const issue = async (names: readonly string[]): Promise<Obtained> => {
    if (state.refusal !== undefined) return { kind: 'failed', reason: state.refusal, retryAfterMs: 0 };
    const made = await makeSelfSigned(names[0] ?? '', clock.nowMs(), clock.nowMs() + LIFETIME_MS);
    const pair = checkPair(made.certificate, made.secretKey);
    assert.ok(pair.ok);
    const facts = { ...pair.value.facts, names: names.filter((name) => !state.leftOut.has(name)) };
    return { kind: 'issued', pair: { ...pair.value, facts }, leftOut: state.leftOut };
  };
  const open = () => {
    const kept = new KeptCertificates(folder, log);
    return new CertificateKeeper({
      ...{ clock, log, kept, randomness: seededRandomness() },
      wanted: async () => state.wanted,
      async skipped(names) {
        state.lookedUp += 1;
        await state.answering;
        return state.skipped.filter(({ name }) => names.includes(name));
      },
      async obtain(names, before) {
        orders.push({ names, secretKey: before?.secretKey, replaced: before?.replaced?.renewalId });
        return await issue(names);
      },
      async advise(certificates) {
        state.asked += 1;
        const ids = state.window === undefined ? [] : [...certificates.keys()];
        return new Map(
          ids.map((id) => [id, { ...ADVICE, window: state.window ?? NO_WINDOW, askAgainMs: clock.nowMs() + HOUR_MS }]),
        );
      },
      async revoke() {
        await state.revoking;
        if (state.refusal !== undefined) return { kind: 'failed', reason: state.refusal };
        return { kind: 'revoked', authority: 'acme.example.org' };
      },
      async changed() {
        state.shown += 1;
      },
    });
  };
  return { ...state, state, open };
}

test('[C51] it is asked for once, and again when two thirds of its life are over, with the same key', async (t) => {
  const house = openHouse(t);
  const keeper = house.open();
  await keeper.look();
  assert.deepEqual(house.orders, [{ names: ALL, secretKey: undefined, replaced: undefined }]);
  const [record] = keeper.records;
  const dueMs = record?.nextMs ?? 0;
  assert.ok(dueMs - house.clock.nowMs() > 56 * DAY_MS && dueMs - house.clock.nowMs() <= 60 * DAY_MS);
  house.clock.advance(dueMs - house.clock.nowMs() - 1);
  await keeper.look();
  assert.equal(house.orders.length, 1);
  house.clock.advance(1);
  await keeper.look();
  assert.equal(house.orders.length, 2);
  assert.match(house.orders[1]?.secretKey ?? '', /^-----BEGIN PRIVATE KEY/);
  assert.equal(house.state.shown, 2);
});

test('[C51] failures: the pauses grow, survive a restart, and the certificate in use stays', async (t) => {
  const house = openHouse(t);
  let keeper = house.open();
  await keeper.look();
  const before = keeper.records[0]?.facts?.fingerprint;
  house.clock.advance(61 * DAY_MS);
  house.state.refusal = 'acme.example.org: it is down';
  const pauses: number[] = [];
  for (let i = 0; i < 6; i += 1) {
    await keeper.look();
    // A server that is started again asks no earlier.
    keeper = house.open();
    await keeper.look();
    const [record] = keeper.records;
    assert.equal(record?.attempt?.failures, i + 1);
    assert.equal(record.facts?.fingerprint, before);
    pauses.push((record.nextMs ?? 0) - house.clock.nowMs());
    house.clock.advance(pauses.at(-1) ?? 0);
  }
  assert.equal(house.orders.length, 7);
  for (const [i, pause] of pauses.entries()) {
    const least = (HOUR_MS / 4) * 2 ** i;
    assert.ok(pause >= least && pause <= least * 1.25, `${i}: ${pause}`);
  }
  assert.match(
    house.lines.join('\n'),
    /no certificate for valija\.test, mta-sts\.valija\.test: .*it is down\. The certificate in use stays\./,
  );
  house.state.refusal = undefined;
  await keeper.look();
  assert.equal(keeper.records[0]?.attempt, undefined);
  assert.notEqual(keeper.records[0]?.facts?.fingerprint, before);
});

test('[C51] a name that leads elsewhere is not asked for; when it comes here it is, and at once', async (t) => {
  const house = openHouse(t);
  const keeper = house.open();
  house.state.skipped = [{ name: 'mta-sts.valija.test', reason: 'elsewhere', address: '192.0.2.9' }];
  await keeper.look();
  assert.deepEqual(
    house.orders.map(({ names }) => names),
    [['valija.test']],
  );
  assert.deepEqual(keeper.skipped, house.state.skipped);
  house.state.skipped = [];
  await keeper.look();
  assert.deepEqual(house.orders[1]?.names, ALL);
  // While the DNS says nothing a name that is in the certificate stays in it.
  house.clock.advance(61 * DAY_MS);
  house.state.skipped = [{ name: 'mta-sts.valija.test', reason: 'dns-failed', address: undefined }];
  await keeper.look();
  assert.deepEqual([...(house.orders[2]?.names ?? [])].sort(), [...ALL].sort());
});

test('[C51] one bad name keeps no other from its certificate, and is not asked for again every minute', async (t) => {
  const house = openHouse(t);
  const keeper = house.open();
  house.state.leftOut = new Map([['mta-sts.valija.test', 'http-01: Connection refused']]);
  await keeper.look();
  await keeper.look();
  assert.equal(house.orders.length, 1);
  assert.match(keeper.records[0]?.attempt?.text ?? '', /left out: mta-sts\.valija\.test: http-01: Connection refused/);
  house.clock.advance(3 * DAY_MS);
  await keeper.look();
  assert.equal(house.orders.length, 2);
});

test('[C51] somebody who asks for it gets it now; a name of one certificate that fails keeps no other certificate', async (t) => {
  const house = openHouse(t);
  const keeper = house.open();
  house.state.wanted.push({ id: 'example.org', names: ['example.org'] });
  house.state.refusal = 'no';
  await keeper.look();
  assert.equal(house.orders.length, 2);
  house.state.refusal = undefined;
  await keeper.look(['example.org']);
  assert.deepEqual(
    house.orders.slice(2).map(({ names }) => names),
    [['example.org']],
  );
});

test('[C51] a kept pair is for its owner alone; one that a crash left broken is asked for anew', async (t) => {
  const house = openHouse(t);
  await house.open().look();
  const file = join(house.folder, `${ID}.pem`);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  truncateSync(file, 400);
  writeFileSync(join(house.folder, 'attempts.json'), '{"valija.test": {"names": 5}, "x');
  await house.open().look();
  assert.equal(house.orders.length, 2);
  assert.match(house.lines.join('\n'), /valija\.test\.pem: .*; another one is asked for/);
});

test('a look that goes wrong is told, and the next one is made', async (t) => {
  const house = openHouse(t);
  const keeper = house.open();
  Object.defineProperty(house.state, 'wanted', { get: () => assert.fail('no directory') });
  await keeper.look();
  assert.match(house.lines[0] ?? '', /^error warning: looking after certificates: no directory/);
});

test('[C51] an authority that wants a renewal early gets it in its window, told what it replaces; asked as often as it says', async (t) => {
  const house = openHouse(t);
  const keeper = house.open();
  await keeper.look();
  const nowMs = house.clock.nowMs();
  await keeper.look();
  assert.equal(house.state.asked, 1);
  house.state.window = { startMs: nowMs + DAY_MS, endMs: nowMs + 2 * DAY_MS };
  house.clock.advance(HOUR_MS);
  await keeper.look();
  assert.equal(house.state.asked, 1, 'it said nothing, and is asked again after a quarter of a day');
  house.clock.advance(5 * HOUR_MS);
  await keeper.look();
  await keeper.look();
  assert.equal(house.state.asked, 2);
  const dueMs = keeper.records[0]?.nextMs ?? 0;
  assert.ok(dueMs >= nowMs + DAY_MS && dueMs < nowMs + 2 * DAY_MS);
  assert.match(
    house.lines.join('\n'),
    /acme\.example\.org wants the certificate valija\.test to be renewed between 20/,
  );
  house.clock.advance(dueMs - house.clock.nowMs());
  await keeper.look();
  assert.equal(house.orders.length, 2);
  assert.equal(house.orders[1]?.replaced, 'key.1');
  // What it said was about the one before.
  house.state.window = undefined;
  const [record] = keeper.records;
  assert.ok((record?.nextMs ?? 0) > house.clock.nowMs() + 56 * DAY_MS);
});

test('[C51] an authority that is silent has not taken back what it said', async (t) => {
  const house = openHouse(t);
  const keeper = house.open();
  await keeper.look();
  const nowMs = house.clock.nowMs();
  house.state.window = { startMs: nowMs + DAY_MS, endMs: nowMs + 2 * DAY_MS };
  house.clock.advance(6 * HOUR_MS);
  await keeper.look();
  const dueMs = keeper.records[0]?.nextMs;
  house.state.window = undefined;
  house.clock.advance(HOUR_MS);
  await keeper.look();
  assert.equal(house.state.asked, 2);
  assert.equal(keeper.records[0]?.nextMs, dueMs);
});

test('[C51] a revoked certificate is shown no more, and the next one has a new key; a refusal changes nothing', async (t) => {
  const house = openHouse(t);
  const keeper = house.open();
  await keeper.look();
  house.state.refusal = 'it is down';
  assert.deepEqual(await keeper.revoke(ID, 'superseded'), { kind: 'failed', reason: 'it is down' });
  assert.ok(keeper.records[0]?.facts !== undefined);
  house.state.refusal = undefined;
  assert.deepEqual(await keeper.revoke('example.org', 'superseded'), { kind: 'unknown' });
  assert.deepEqual(await keeper.revoke(ID, 'keycompromise'), { kind: 'revoked', authority: 'acme.example.org' });
  assert.equal(keeper.records[0]?.facts, undefined);
  assert.equal(house.open().records.length, 0);
  await keeper.look();
  assert.equal(house.orders.length, 2);
  assert.equal(house.orders[1]?.secretKey, undefined);
});

test('two talks with authorities do not go on at once', async (t) => {
  const house = openHouse(t);
  const keeper = house.open();
  await keeper.look();
  const { promise, resolve } = Promise.withResolvers<void>();
  house.state.revoking = promise;
  const first = keeper.revoke(ID, 'superseded');
  assert.deepEqual(await keeper.revoke(ID, 'superseded'), { kind: 'busy' });
  const look = keeper.look();
  resolve();
  assert.equal((await first).kind, 'revoked');
  await look;
  assert.equal(house.orders.length, 2, 'the look came behind it, and found nothing');
});

test('[C51] looks that come while one goes on are one look, which asks for all that they were to ask for', async (t) => {
  const house = openHouse(t);
  const keeper = house.open();
  await keeper.look();
  const { promise, resolve } = Promise.withResolvers<void>();
  house.state.answering = promise;
  const before = house.state.lookedUp;
  const looks = [keeper.look()];
  while (house.state.lookedUp === before) await new Promise(setImmediate);
  for (let minute = 0; minute < 60; minute += 1) looks.push(keeper.look(minute % 2 === 0 ? [] : [ID]));
  resolve();
  await Promise.all(looks);
  assert.equal(house.state.lookedUp - before, 2);
  assert.equal(house.orders.length, 2);
});

test('[C51] what somebody asked for is being asked for, until it has been, though nobody knows yet where its names lead', async (t) => {
  const house = openHouse(t);
  const keeper = house.open();
  await keeper.look();
  house.state.wanted.push({ id: 'example.org', names: ['example.org'] });
  const { promise, resolve } = Promise.withResolvers<void>();
  house.state.answering = promise;
  const look = keeper.look(['example.org']);
  const seen = () => keeper.records.find(({ id }) => id === 'example.org');
  assert.equal(seen()?.isOrdering, true);
  resolve();
  await look;
  assert.equal(seen()?.isOrdering, false);
  assert.ok(seen()?.facts !== undefined);
});

test('[C51] a certificate that the disk does not take is shown, told of, and not asked for every minute', async (t) => {
  const house = openHouse(t);
  const keeper = house.open();
  house.state.wanted.push({ id: 'example.org', names: ['example.org'] });
  // A full disk, as far as this one file can tell.
  mkdirSync(join(house.folder, `${ID}.pem.new`));
  await keeper.look();
  await keeper.look();
  assert.deepEqual(
    house.orders.map(({ names }) => names[0]),
    [ID, 'example.org'],
  );
  assert.ok(keeper.records.every(({ facts }) => facts !== undefined));
  assert.match(house.lines.join('\n'), /error warning: the certificate of valija\.test cannot be kept: /);
});

test('a server that stops waits for no further look-ups', async (t) => {
  const house = openHouse(t);
  const keeper = house.open();
  house.state.wanted = Array.from({ length: 50 }, (_, i) => ({ id: `d${i}.test`, names: [`d${i}.test`] }));
  const { promise, resolve } = Promise.withResolvers<void>();
  house.state.answering = promise;
  void keeper.look();
  while (house.state.lookedUp === 0) await new Promise(setImmediate);
  const stopped = keeper.stop();
  resolve();
  await stopped;
  assert.equal(house.state.lookedUp, 1);
});
