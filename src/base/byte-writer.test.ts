import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../test/world/generated-inputs.ts';
import { ByteWriter } from './byte-writer.ts';

test('writes numbers, texts and octets one behind the other', (context) => {
  const part = fc.oneof(
    fc.maxSafeNat(),
    fc.integer({ min: 0, max: 12 }).map((digits) => 10 ** digits),
    fc.integer({ min: 0, max: 12 }).map((digits) => 10 ** digits - 1),
    fc.string({ unit: 'grapheme' }),
    fc.uint8Array({ maxLength: 90 }),
  );
  alwaysHolds(
    context,
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      const writer = new ByteWriter(8);
      for (const one of parts) {
        if (typeof one === 'number') writer.decimal(one);
        else if (typeof one === 'string') writer.text(one);
        else writer.octets(one);
      }
      const expected = Buffer.concat(
        parts.map((one) => (typeof one === 'number' ? Buffer.from(String(one)) : Buffer.from(one as Uint8Array))),
      );
      assert.equal(writer.length, expected.length);
      assert.deepEqual(writer.take(), expected);
      assert.equal(writer.length, 0);
    }),
  );
});

test('what was taken is not written again', () => {
  const writer = new ByteWriter();
  writer.text('first');
  const taken = writer.take();
  writer.text('other');
  assert.equal(taken.toString(), 'first');
});
