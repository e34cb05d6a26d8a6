import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { decodeModifiedUtf7, encodeModifiedUtf7 } from './modified-utf7.ts';

test('every well-formed name survives', (context) => {
  alwaysHolds(
    context,
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      fc.pre(name.isWellFormed());
      const encoded = encodeModifiedUtf7(name);
      assert.match(encoded, /^[\x20-\x7e]*$/);
      assert.equal(decodeModifiedUtf7(encoded), name);
    }),
  );
});

test('decoding never throws, and two texts never mean the same name', (context) => {
  alwaysHolds(
    context,
    fc.property(fc.string({ unit: fc.constantFrom('&', '-', 'A', 'P', 'w', ',', '/', '2', 'D', ' ') }), (text) => {
      const name = decodeModifiedUtf7(text);
      if (name !== undefined) assert.equal(encodeModifiedUtf7(name), text);
    }),
  );
});
