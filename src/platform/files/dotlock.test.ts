import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, it } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import { DotlockTaken, withDotlock } from './dotlock.ts';

const folder = mkdtempSync(join(tmpdir(), 'valija-dotlock-'));
const lock = join(folder, 'dovecot-uidlist.lock');
const LIMITS = { waitMs: 150, staleMs: 60_000 };
beforeEach(() => rmSync(lock, { force: true }));
after(() => rmSync(folder, { recursive: true }));

it('holds `pid:host` while the work is done, and is gone afterwards, whatever happens [C42]', async () => {
  const seen = await withDotlock(lock, () => readFileSync(lock, 'utf8'));
  assert.equal(seen, `${process.pid}:${hostname()}`);
  assert.ok(!existsSync(lock));
  await assert.rejects(
    withDotlock(lock, () => {
      throw new Error('the work failed');
    }),
    /the work failed/,
  );
  assert.ok(!existsSync(lock));
});

it('waits for a living owner, but not for ever', async () => {
  writeFileSync(lock, `${process.ppid}:${hostname()}`);
  await assert.rejects(
    withDotlock(lock, () => assert.fail('the lock was held'), LIMITS),
    (cause) => cause instanceof WorldError && cause.transient,
  );
  assert.ok(existsSync(lock));
  setTimeout(() => rmSync(lock), 40);
  assert.equal(await withDotlock(lock, () => 'mine', { ...LIMITS, waitMs: 60_000 }), 'mine');
});

it('does not wait where it shall not: others have their turn', async () => {
  writeFileSync(lock, `${process.ppid}:${hostname()}`);
  const tried = withDotlock(lock, () => assert.fail('the lock was held'), { waitMs: 0 });
  rmSync(lock);
  await assert.rejects(tried, DotlockTaken);
  assert.equal(await withDotlock(lock, () => 'mine', { waitMs: 0 }), 'mine');
});

it('removes the lock of an owner whose number another process has got since', async () => {
  const young = spawn('sleep', ['600'], { stdio: 'ignore' });
  try {
    await once(young, 'spawn');
    writeFileSync(lock, `${young.pid}:${hostname()}`);
    await assert.rejects(
      withDotlock(lock, () => assert.fail('it lived when the lock was made'), LIMITS),
      DotlockTaken,
    );
    utimesSync(lock, Date.now() / 1000 - 10, Date.now() / 1000 - 10);
    assert.equal(await withDotlock(lock, () => 'mine', LIMITS), 'mine');
  } finally {
    young.kill();
  }
});

it('removes the lock of a dead owner, or of another host after its time', async () => {
  writeFileSync(lock, `999999999:${hostname()}`);
  assert.equal(await withDotlock(lock, () => 1, LIMITS), 1);
  writeFileSync(lock, '');
  utimesSync(lock, Date.now() / 1000 - 3, Date.now() / 1000 - 3);
  assert.equal(
    await withDotlock(lock, () => 1, LIMITS),
    1,
    'an empty lock: its maker was killed before it wrote its name',
  );
  writeFileSync(lock, '1:elsewhere.example');
  await assert.rejects(
    withDotlock(lock, () => 2, LIMITS),
    WorldError,
  );
  utimesSync(lock, Date.now() / 1000 - 61, Date.now() / 1000 - 61);
  assert.equal(await withDotlock(lock, () => 3, LIMITS), 3);
});
