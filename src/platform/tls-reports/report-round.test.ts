import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { WorldError } from '#base/world-error.ts';
import type { OwnMessage } from '#mail/ports/own-mail.ts';
import type { TlsResult } from '#mail/tls-reports/tls-result.ts';
import { openDns } from '../../../test/world/dns.ts';
import { collectingLog } from '../../../test/world/log.ts';
import { seededRandomness } from '../../../test/world/randomness.ts';
import { VirtualTime } from '../../../test/world/virtual-time.ts';
import { OpenResults } from './open-results.ts';
import { ReportRound } from './report-round.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const ZONES = {
  test: `
_smtp._tls.mail TXT "v=TLSRPTv1; rua=mailto:tls@mail.test"
_smtp._tls.both TXT "v=TLSRPTv1; rua=mailto:tls@both.test,https://both.test/tls"
_smtp._tls.zuletzt TXT "v=TLSRPTv1; rua=mailto:tls@zuletzt.test"
_smtp._tls.none TXT "v=spf1 -all"
`,
};

function result(domain: string, failure?: TlsResult['failure']): TlsResult {
  return { domain, policy: { type: 'no-policy-found', domain, lines: [], mxHosts: [] }, failure };
}

async function openHouse(t: TestContext, mostRows = 100) {
  const folder = mkdtempSync(join(tmpdir(), 'valija-tlsrpt-'));
  const dns = await openDns({ zones: ZONES, faults: { '_smtp._tls.slow.test': 'servfail' }, resolver: { rounds: 1 } });
  const time = new VirtualTime();
  const log = collectingLog();
  const results = new OpenResults({ file: join(folder, 'tls-results.db'), clock: time, alarm: time, log }, mostRows);
  const state = { isPosted: true, isTaken: true };
  const mails: OwnMessage[] = [];
  const posts: { readonly url: string; readonly compressed: Buffer }[] = [];
  const round = new ReportRound(
    {
      results,
      resolver: dns.resolver,
      ownMail: {
        async post(message) {
          if (!state.isPosted) throw new WorldError('post', { transient: true });
          mails.push(message);
          return 'Q1';
        },
      },
      async postReport(url, compressed) {
        if (!state.isTaken) throw new WorldError('post a report', { transient: true });
        posts.push({ url, compressed });
      },
      clock: time,
      alarm: time,
      randomness: seededRandomness(),
      log,
    },
    { sender: 'postmaster@valija.test', submitter: 'valija.test', delayMs: 4 * HOUR, lifetimeMs: 3 * DAY },
  );
  t.after(async () => {
    await round[Symbol.asyncDispose]();
    await results[Symbol.asyncDispose]();
    await dns[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });
  return { time, log, results, round, state, mails, posts };
}

test('[C71] domains that ask for it are told of the day before, once', async (t) => {
  const { time, results, round, mails, posts } = await openHouse(t);
  for (const domain of ['mail.test', 'mail.test', 'both.test', 'none.test', 'unknown.test'])
    results.add(result(domain));
  results.add(result('mail.test', { type: 'starttls-not-supported', mxName: 'mx.mail.test' }));
  assert.equal(await round.run(), true);
  assert.equal(mails.length, 0, 'the day is not over');
  time.jump(DAY);
  results.add(result('mail.test'));
  assert.equal(await round.run(), true);
  assert.deepEqual(mails.map(({ recipient }) => recipient).sort(), ['tls@both.test', 'tls@mail.test']);
  assert.deepEqual(
    posts.map(({ url }) => url),
    ['https://both.test/tls'],
  );
  const json = JSON.parse(gunzipSync(posts[0]?.compressed ?? Buffer.alloc(0)).toString());
  assert.equal(json.policies[0].summary['total-successful-session-count'], 1);
  assert.equal(await round.run(), true);
  assert.equal(mails.length + posts.length, 3);
  assert.deepEqual(await results.due('9999-12-31', 10), [
    { day: new Date(time.nowMs()).toISOString().slice(0, 10), domain: 'mail.test', sentTo: [] },
  ]);
});

test('[C71] what is not taken is tried again, there only, and given up in the end', async (t) => {
  const { time, results, round, state, mails, posts } = await openHouse(t);
  results.add(result('both.test'));
  time.jump(DAY);
  state.isTaken = false;
  assert.equal(await round.run(), false);
  assert.equal(mails.length, 1);
  state.isTaken = true;
  assert.equal(await round.run(), true);
  assert.deepEqual([mails.length, posts.length], [1, 1]);
  results.add(result('both.test'));
  time.jump(DAY);
  state.isPosted = false;
  assert.equal(await round.run(), false);
  time.jump(4 * DAY);
  assert.equal(await round.run(), true);
  assert.deepEqual(await results.due('9999-12-31', 10), []);
});

test('[C71] each domain has its turn on the same day, however many there are', async (t) => {
  const { time, results, round, mails } = await openHouse(t, 1_000);
  for (let i = 0; i < 600; i++) results.add(result(`${i}.none.test`));
  results.add(result('zuletzt.test'));
  time.jump(DAY);
  assert.equal(await round.run(), true);
  assert.deepEqual(
    mails.map(({ recipient }) => recipient),
    ['tls@zuletzt.test'],
  );
  assert.deepEqual(await results.due('9999-12-31', 10), []);
});

test('where nobody can say who is told, the report waits', async (t) => {
  const { time, results, round } = await openHouse(t);
  results.add(result('slow.test'));
  time.jump(DAY);
  assert.equal(await round.run(), false);
  assert.equal((await results.due('9999-12-31', 10)).length, 1);
});

test('a server that gives another reason each time neither fills the report nor keeps out other domains', async (t) => {
  const { results } = await openHouse(t, 2_000);
  const refuse = (reason: string) =>
    results.add(result('mail.test', { type: 'starttls-not-supported', mxName: 'mx.mail.test', reason }));
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 1_500; i++) refuse(`454 not now, number ${round}-${i}`);
    await results.flush();
  }
  results.add(result('both.test'));
  await results.flush();
  const due = await results.due('9999-12-31', 10);
  assert.deepEqual(
    due.map(({ domain }) => domain),
    ['both.test', 'mail.test'],
  );
  const rows = due[1] === undefined ? [] : await results.rows(due[1]);
  assert.deepEqual([rows.length, rows.reduce((total, { sessions }) => total + sessions, 0)], [501, 3_000]);
  assert.equal(rows.find(({ failure }) => failure?.reason === undefined)?.sessions, 2_500);
});

test('results beyond the limit are passed over; those that are known go on being counted', async (t) => {
  const { results } = await openHouse(t);
  results.add(result('first.test'));
  await results.flush();
  for (let i = 0; i < 300; i++) results.add(result(`many${i}.test`));
  await results.flush();
  results.add(result('first.test'));
  results.add(result('late.test'));
  await results.flush();
  const due = await results.due('9999-12-31', 1_000);
  assert.equal(due.length, 100);
  const [first] = due.filter(({ domain }) => domain === 'first.test');
  assert.equal(first && (await results.rows(first))[0]?.sessions, 2);
});
