import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveSequenceSet } from './sequence-set.ts';

test('* is the highest number, and a range may be written from its end', () => {
  const set = [
    { first: '*', last: 4 },
    { first: 1, last: 2 },
    { first: 2, last: 3 },
  ] as const;
  assert.deepEqual(resolveSequenceSet(set, 9), [{ first: 1, last: 9 }]);
});

test('n:* with n above the highest number still holds the highest: RFC 3501 §6.4.8', () => {
  assert.deepEqual(resolveSequenceSet([{ first: 559, last: '*' }], 300), [{ first: 300, last: 559 }]);
});

test('an empty mailbox has no numbers', () => {
  assert.deepEqual(resolveSequenceSet([{ first: 1, last: '*' }], 0), []);
});
