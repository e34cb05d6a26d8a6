import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from './generated-inputs.ts';

const KEPT = join(import.meta.dirname, '../fuzz/failures/an-input-that-fails-is-kept-and-tried-first.json');

test('an input that fails is kept and tried first', (context) => {
  rmSync(KEPT, { force: true });
  try {
    const octets = fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array));
    const short = fc.property(
      octets,
      fc.option(fc.nat(), { nil: undefined }),
      (value, _count) => void assert.ok(value.length < 5),
    );
    assert.throws(
      () => alwaysHolds(context, short),
      /^Error: FUZZ_SEED=\d+; the input is kept in test\/fuzz\/failures\//,
    );
    const kept = JSON.parse(readFileSync(KEPT, 'utf8'));
    assert.deepEqual(kept, [[{ $octets: 'AAAAAAA=' }, { $undefined: true }]]);
    const tried: unknown[] = [];
    alwaysHolds(
      context,
      fc.property(octets, fc.option(fc.nat(), { nil: undefined }), (value, count) => void tried.push([value, count])),
    );
    assert.deepEqual(tried[0], [Buffer.alloc(5), undefined]);
  } finally {
    rmSync(KEPT, { force: true });
  }
  assert.equal(existsSync(KEPT), false);
});
