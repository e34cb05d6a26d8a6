// The keys in use, and signatures made in threads.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { givenAnswers } from '../../../test/world/given-answers.ts';
import { collectingLog } from '../../../test/world/log.ts';
import { BodyHashes } from './body-hashes.ts';
import { KeyFiles } from './key-files.ts';
import { KeyRing } from './key-ring.ts';
import { openDkimKeys, openKeyAdmin } from './open-dkim-keys.ts';
import { SigningThreads } from './signing-threads.ts';

const SETTINGS = {
  queueLifetimeMs: 86_400_000,
  openDns: () => ({ resolve: givenAnswers({}), [Symbol.asyncDispose]: async () => undefined }) as OpenDns,
};
type OpenDns = Resolver & AsyncDisposable;

function openKeys(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'valija-keys-'));
  const clock = { aheadMs: 0, nowMs: () => systemClock.nowMs() + clock.aheadMs };
  const log = collectingLog();
  const keys = openDkimKeys({ folder, clock, log, ...SETTINGS });
  t.after(async () => {
    await keys[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });
  const inUse = async (author = 'valija.test') =>
    (await keys.signer.keysFor(author)).map(({ selector, domain }) => `${selector} ${domain}`);
  return { folder, clock, log, ...keys, inUse };
}

const WANTED = {
  domain: 'valija.test',
  selector: undefined,
  algorithms: ['rsa-sha256', 'ed25519-sha256'],
  bits: 1024,
  asNext: false,
} as const;

test('[C23] what an administrator does is in force at once', async (t) => {
  const { admin, inUse } = openKeys(t);
  assert.deepEqual(await inUse(), []);
  await admin.generate(WANTED);
  assert.deepEqual(await inUse(), ['202611 valija.test', '202611-ed25519 valija.test'].map(thisMonth));
  await admin.rotate('valija.test', true);
  assert.equal((await inUse()).length, 2);
  await admin.rotate('valija.test', true);
  assert.deepEqual(await inUse(), ['202611-2 valija.test', '202611-2-ed25519 valija.test'].map(thisMonth));
  assert.deepEqual(await inUse('example.org'), []);
});

test('[C23] what another process does to the files is in force a second later, and at once after a reload', async (t) => {
  const { folder, clock, inUse, reload } = openKeys(t);
  assert.deepEqual(await inUse(), []);
  const beside = openKeyAdmin({ folder, clock: systemClock, ...SETTINGS });
  await beside.generate({ ...WANTED, selector: 'a', algorithms: ['ed25519-sha256'] });
  assert.deepEqual(await inUse(), []);
  clock.aheadMs = 1_001;
  assert.deepEqual(await inUse(), ['a valija.test']);
  await beside.generate({ ...WANTED, selector: 'b', algorithms: ['ed25519-sha256'] });
  await beside.rotate('valija.test', true);
  reload(SETTINGS);
  assert.deepEqual(await inUse(), ['b valija.test']);
});

test('a hundred messages are signed side by side, each with its own signatures', async (t) => {
  const { admin, signer } = openKeys(t);
  await admin.generate(WANTED);
  const keys = await signer.keysFor('valija.test');
  const messages = Array.from({ length: 100 }, (_, i) => Buffer.from(`message ${i}`));
  const signatures = await Promise.all(messages.map((octets) => signer.sign(keys.map((key) => ({ key, octets })))));
  assert.ok(signatures.every(([rsa, ed25519]) => rsa?.length === 128 && ed25519?.length === 64));
  assert.equal(new Set(signatures.map(([rsa]) => rsa?.toString('hex'))).size, 100);
  const again = await signer.sign([{ key: keys[0]!, octets: messages[7]! }]);
  assert.deepEqual(again[0], signatures[7]![0]);
});

test('[C23] one key that cannot be read leaves the other; none that can is a failure, said once in the log', async (t) => {
  const { folder, admin, signer, inUse, log, reload } = openKeys(t);
  await admin.generate({ ...WANTED, selector: 's' });
  unlinkSync(join(folder, 'valija.test/s.pem'));
  reload(SETTINGS);
  assert.deepEqual(await inUse(), ['s-ed25519 valija.test']);
  assert.deepEqual(await inUse(), ['s-ed25519 valija.test']);
  assert.equal(log.lines.filter(({ text }) => /no signature by a key: .*s\.pem: ENOENT/.test(text)).length, 1);
  writeFileSync(join(folder, 'valija.test/s-ed25519.json'), 'no');
  reload(SETTINGS);
  await assert.rejects(signer.keysFor('valija.test'), WorldError);
});

test('more messages than may wait for a thread are told so', async (t) => {
  const { folder, admin, log } = openKeys(t);
  await admin.generate({ ...WANTED, algorithms: ['ed25519-sha256'] });
  await using threads = new SigningThreads({ threads: 1, waitingJobs: 2 });
  const bodies = new BodyHashes();
  const ring = new KeyRing({ files: new KeyFiles(folder), threads, bodies, clock: systemClock, log });
  const [key] = await ring.keysFor('valija.test');
  const order = [{ key: key!, octets: Buffer.from('x') }];
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => ring.sign(order)));
  const refused = outcomes.filter(({ status }) => status === 'rejected');
  assert.equal(refused.length, 5);
});

/** The names of these tests are of one month. */
function thisMonth(text: string): string {
  return text.replace('202611', new Date(systemClock.nowMs()).toISOString().slice(0, 7).replace('-', ''));
}
