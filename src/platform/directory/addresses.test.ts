import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitDetail } from './addresses.ts';

test('[C34] a detail begins at the first of the delimiters', () => {
  assert.deepEqual(splitDetail('ana+x-y', '+-'), { base: 'ana', detail: 'x-y' });
  assert.deepEqual(splitDetail('ana-x+y', '+-'), { base: 'ana', detail: 'x+y' });
  assert.deepEqual(splitDetail('ana+', '+'), { base: 'ana', detail: '' });
  for (const [name, delimiters] of [
    ['ana-x', '+'],
    ['+x', '+'],
    ['ana+x', ''],
  ] as const) {
    assert.equal(splitDetail(name, delimiters), undefined);
  }
});
