import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixedClock } from '../../../test/world/clock.ts';
import { seededRandomness } from '../../../test/world/randomness.ts';
import { createQueueIds } from './queue-id.ts';

const zeros = { bytes: (count: number) => Buffer.alloc(count) };

test("queue ids have the form of Postfix's long ones", () => {
  const next = createQueueIds(fixedClock(), seededRandomness());
  assert.match(next(), /^[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10}z[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-ty]+$/);
});

test('the time can be read from them', () => {
  const alphabet = '0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz';
  const number = (digits: string) => [...digits].reduce((sum, digit) => sum * 52 + alphabet.indexOf(digit), 0);
  const id = createQueueIds(fixedClock(1_795_255_200_123), zeros)();
  assert.equal(number(id.slice(0, 6)), 1_795_255_200);
  assert.equal(number(id.slice(6, 10)), 123_000);
});

test('no id is given twice, though the clock stand still or step back', () => {
  const clock = fixedClock();
  const next = createQueueIds(clock, zeros);
  const ids = Array.from({ length: 5_000 }, next);
  clock.advance(-60_000);
  ids.push(...Array.from({ length: 5_000 }, next));
  assert.equal(new Set(ids).size, 10_000);
  assert.deepEqual(ids.toSorted(), ids);
});
