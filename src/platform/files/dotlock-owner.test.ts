import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, it, mock } from 'node:test';
import { isOwnerAlive } from './dotlock-owner.ts';

afterEach(() => mock.restoreAll());

it('is whoever bears the number and lived when the lock was made', () => {
  assert.ok(isOwnerAlive(process.pid, Date.now()));
  assert.ok(isOwnerAlive(process.ppid, Date.now()));
  assert.ok(!isOwnerAlive(999_999_999, Date.now()));
});

it('is nobody who began after it: the number was given again', async () => {
  const young = spawn('sleep', ['600'], { stdio: 'ignore' });
  try {
    await once(young, 'spawn');
    const { pid = 0 } = young;
    assert.ok(isOwnerAlive(pid, Date.now()));
    assert.ok(isOwnerAlive(pid, Date.now() - 1000), 'clocks differ');
    assert.ok(!isOwnerAlive(pid, Date.now() - 10_000));
  } finally {
    young.kill();
    await once(young, 'exit');
  }
  assert.ok(!isOwnerAlive(young.pid ?? 0, Date.now()));
});

const HOUR_MS = 3_600_000;

it('lives on when the clock was set forward while it held the lock', () => {
  const lockedMs = Date.now();
  mock.method(Date, 'now', () => lockedMs + HOUR_MS);
  assert.ok(isOwnerAlive(process.ppid, lockedMs));
});

it('lives on when the clock was set back before it locked', () => {
  const lockedMs = Date.now() - HOUR_MS;
  mock.method(Date, 'now', () => lockedMs);
  assert.ok(isOwnerAlive(process.ppid, lockedMs));
});

it('lives on when the machine slept for an hour since we began', () => {
  const awake = process.uptime();
  mock.method(process, 'uptime', () => awake - HOUR_MS / 1000);
  assert.ok(isOwnerAlive(process.ppid, Date.now()));
});
