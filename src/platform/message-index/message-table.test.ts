import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { MessageTable } from './message-table.ts';
import { checksumOf, packRange, rangeOf, unpackRange } from './range.ts';

function tableOf(uids: readonly number[]): MessageTable {
  const table = new MessageTable();
  for (const uid of uids) {
    table.push({ uid, flags: uid % 32, modSeq: 1000 + uid, sizeBytes: uid * 3, internalDateMs: uid * 7 });
  }
  return table;
}

const ascending = fc
  .uniqueArray(fc.integer({ min: 1, max: 5000 }), { maxLength: 200 })
  .map((uids) => uids.sort((a, b) => a - b));

describe('message table', () => {
  it('finds what was pushed and not removed, whatever the order of things', (context) => {
    alwaysHolds(
      context,
      fc.property(ascending, fc.array(fc.integer({ min: 1, max: 5000 })), (uids, removed) => {
        const table = tableOf(uids);
        const gone = new Set(removed);
        table.remove((uid) => gone.has(uid));
        const left = uids.filter((uid) => !gone.has(uid));
        assert.deepEqual([...table.columns().uids], left);
        for (const [i, uid] of left.entries()) {
          assert.equal(table.find(uid), i);
          assert.deepEqual(table.row(i), {
            uid,
            flags: uid % 32,
            modSeq: 1000 + uid,
            sizeBytes: uid * 3,
            internalDateMs: uid * 7,
          });
        }
        for (const uid of gone) assert.equal(table.find(uid), -1);
      }),
    );
  });

  it('ranges packed for the index come back as they were', (context) => {
    alwaysHolds(
      context,
      fc.property(ascending, (uids) => {
        const table = tableOf(uids);
        const files = new Map(uids.map((uid) => [uid, `cur/${uid}.ñ:2,S`]));
        const numbers = [...new Set(uids.map(rangeOf))];
        const back = numbers.flatMap((number) => unpackRange(packRange(table, files, number)));
        assert.deepEqual(
          back,
          uids.map((uid, i) => ({ ...table.row(i), file: `cur/${uid}.ñ:2,S` })),
        );
      }),
    );
    const wrong = (columns: Buffer, files: string) => ({
      number: 0,
      columns,
      files,
      checksum: checksumOf(columns, files),
    });
    assert.throws(() => unpackRange(wrong(Buffer.alloc(33), 'x')));
    assert.throws(() => unpackRange(wrong(Buffer.alloc(32), 'x\ny')));
    assert.throws(() => unpackRange({ ...wrong(Buffer.alloc(32), 'x'), files: 'y' }), /damaged/);
  });

  it('a modseq is above every other, and above the clock, whichever way the clock goes [I3]', () => {
    const table = tableOf([1]);
    const given = [5000, 5000, 1, 6000].map((nowMs) => table.nextModSeq(nowMs));
    assert.deepEqual(given, [5_000_000, 5_000_001, 5_000_002, 6_000_000]);
  });

  it('a keyword has one letter, whatever its case; the 27th none', () => {
    const table = new MessageTable();
    assert.equal(table.keywordBits(['Junk', 'junk', 'NonJunk']), (1 << 5) | (1 << 6));
    const many = Array.from({ length: 25 }, (_, k) => `k${k}`);
    assert.equal(table.keywordBits(many), undefined);
    assert.deepEqual(table.keywords, ['Junk', 'NonJunk']);
    assert.notEqual(table.keywordBits(many.slice(1)), undefined);
    assert.equal(table.keywords.length, 26);
  });
});
