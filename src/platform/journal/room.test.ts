// The reserve, on file systems that are only told of.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import { errnoOf } from '#platform/files/errno.ts';
import { Room } from './room.ts';

const LIMITS = { reservePercent: 5, reserveBytes: 1_000 };

/** Of 100,000 octets each. */
function disks(free: Record<string, number>) {
  const looks: string[] = [];
  const world = {
    now: 0,
    nowMs: () => world.now,
    statfs(path: string) {
      looks.push(path);
      return { bavail: free[path] ?? 0, blocks: 100_000, bsize: 1 };
    },
  };
  return { world, looks, free };
}

const isFull = (cause: unknown) => cause instanceof WorldError && errnoOf(cause.cause) === 'ENOSPC';

test('the fullest of the file systems decides, less the reserve and what is promised', () => {
  const { world } = disks({ '/journal': 20_000, '/queue': 9_000 });
  const room = new Room(['/journal', '/queue'], LIMITS, world);
  room.check(1_000, 3_000);
  assert.throws(() => room.check(1_000, 1), isFull);
});

test('a look is not paid for each message, neither where there is room nor where there is none', () => {
  const { world, looks, free } = disks({ '/journal': 10_000 });
  const room = new Room(['/journal'], LIMITS, world);
  for (let i = 0; i < 1_000; i++) room.check(0, 5);
  for (let i = 0; i < 1_000; i++) assert.throws(() => room.check(0, 5), isFull);
  assert.equal(looks.length, 1);
  free['/journal'] = 50_000;
  world.now += 100;
  room.check(0, 5);
  assert.equal(looks.length, 2);
  free['/journal'] = 5_000;
  room.look();
  assert.throws(() => room.check(0, 5), isFull, 'whoever looks knows at once');
});
