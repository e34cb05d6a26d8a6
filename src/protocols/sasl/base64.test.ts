import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { MAX_BASE64_OCTETS, parseBase64, parseInitialResponse } from './base64.ts';

test('base64: what is written is what is read', (context) => {
  alwaysHolds(
    context,
    fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
      const buffer = Buffer.from(octets);
      assert.deepEqual(parseBase64(buffer.toString('base64')), buffer);
    }),
  );
});

test('[T24] base64: anything else is refused, at once', () => {
  const bad = ['a', 'ab', 'abc', 'abc=d', '====', 'ab==cd==', 'YQ', 'YR==', 'a-b_', ' YQ==', 'YQ==\n', 'ñ===', '='];
  for (const text of bad) assert.equal(parseBase64(text), undefined, JSON.stringify(text));
  assert.equal(parseBase64('A'.repeat(MAX_BASE64_OCTETS))?.length, (MAX_BASE64_OCTETS / 4) * 3);
  assert.equal(parseBase64('A'.repeat(MAX_BASE64_OCTETS + 4)), undefined);
});

test('an initial response of no octets is written "="', () => {
  assert.deepEqual(parseInitialResponse('='), Buffer.alloc(0));
  assert.deepEqual(parseInitialResponse('YQ=='), Buffer.from('a'));
  assert.equal(parseInitialResponse(''), undefined);
  assert.equal(parseInitialResponse('=='), undefined);
});
