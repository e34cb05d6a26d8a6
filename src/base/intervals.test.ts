import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../test/world/generated-inputs.ts';
import { includesNumber, mergeIntervals, runsOf } from './intervals.ts';

test('overlapping and adjacent intervals become one', () => {
  const merged = mergeIntervals([
    { first: 5, last: 9 },
    { first: 1, last: 2 },
    { first: 3, last: 3 },
    { first: 7, last: 12 },
    { first: 20, last: 20 },
  ]);
  assert.deepEqual(merged, [
    { first: 1, last: 3 },
    { first: 5, last: 12 },
    { first: 20, last: 20 },
  ]);
});

test('a merged set holds exactly the numbers of its intervals', (context) => {
  const interval = fc
    .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 9 }))
    .map(([first, more]) => ({ first, last: first + more }));
  alwaysHolds(
    context,
    fc.property(fc.array(interval, { maxLength: 12 }), (intervals) => {
      const merged = mergeIntervals(intervals);
      for (let n = 0; n < 75; n++) {
        const expected = intervals.some(({ first, last }) => first <= n && n <= last);
        assert.equal(includesNumber(merged, n), expected);
      }
      for (const [i, { first }] of merged.entries()) if (i > 0) assert.ok(first > (merged[i - 1]?.last ?? 0) + 1);
    }),
  );
});

test('a set of all numbers costs nothing', () => {
  assert.ok(includesNumber(mergeIntervals([{ first: 1, last: 0xffffffff }]), 4_000_000_000));
});

test('runs keep the order of the numbers', () => {
  assert.deepEqual(runsOf([3, 4, 5, 1, 2, 9]), [
    { first: 3, last: 5 },
    { first: 1, last: 2 },
    { first: 9, last: 9 },
  ]);
  assert.deepEqual(runsOf([]), []);
});
