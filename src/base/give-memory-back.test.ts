import assert from 'node:assert/strict';
import { test } from 'node:test';
import { giveMemoryBack } from './give-memory-back.ts';

test('a window into memory that others look into stays', () => {
  const all = Buffer.allocUnsafeSlow(100);
  giveMemoryBack(all.subarray(0, 50));
  assert.equal(all.length, 100);
  giveMemoryBack(all);
  assert.equal(all.length, 0);
});
