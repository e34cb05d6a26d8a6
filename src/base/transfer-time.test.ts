import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TransferTime } from './transfer-time.ts';

test('who sends at the least rate or above never runs out of time', () => {
  const time = new TransferTime(10_000, 500);
  for (let i = 0; i < 1_000; i += 1) time.spend(1_000, 500);
  assert.equal(time.leftMs, 10_000);
});

test('a byte now and then buys almost nothing', () => {
  const time = new TransferTime(10_000, 500);
  let sent = 0;
  while (time.leftMs > 0) {
    time.spend(1_000, 1);
    sent += 1;
  }
  assert.equal(sent, 11);
});

test('a burst cannot be saved up beyond the time-out', () => {
  const time = new TransferTime(10_000, 500);
  time.spend(0, 1_000_000);
  assert.equal(time.leftMs, 10_000);
  time.spend(10_000, 0);
  assert.equal(time.leftMs, 0);
});

test('without a least rate any octet is enough', () => {
  const time = new TransferTime(10_000, 0);
  time.spend(9_999, 1);
  assert.equal(time.leftMs, 10_000);
  time.spend(10_000, 0);
  assert.equal(time.leftMs, 0);
});
