import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { RangeChecksums } from './range-checksums.ts';

test('of every part what crc32 gives, with every seed', (context) => {
  const part = fc
    .uint8Array({ minLength: 1, maxLength: 300 })
    .map((few) => Buffer.concat(Array.from({ length: 60 }, (_, i) => Buffer.from(few.map((octet) => octet ^ i)))))
    .chain((octets) =>
      fc.tuple(
        fc.constant(octets),
        fc.nat(octets.length),
        fc.nat(octets.length),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      ),
    );
  const isEqual = fc.property(part, ([octets, one, other, seed]) => {
    const [start, end] = [Math.min(one, other), Math.max(one, other)];
    assert.equal(new RangeChecksums(octets).of(start, end, seed), crc32(octets.subarray(start, end), seed));
  });
  alwaysHolds(context, isEqual);
});
