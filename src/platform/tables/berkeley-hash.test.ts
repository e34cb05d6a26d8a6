import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { readBerkeleyHash } from './berkeley-hash.ts';
import { CdbReader, DamagedIndex, withoutNul } from './cdb-reader.ts';

const folder = join(import.meta.dirname, '../../../test/world/tables');
const MADE_BY_POSTFIX = readFileSync(join(folder, 'virtual.db'));

function entriesOf(octets: Buffer): Map<string, string> {
  return new Map(Array.from(readBerkeleyHash(octets), ([key, value]) => [withoutNul(key), withoutNul(value)]));
}

test("[C66] Postfix's own hash file holds what its cdb file of the same source holds", () => {
  const cdb = new Map(new CdbReader(readFileSync(join(folder, 'virtual.cdb'))).entries());
  const hash = entriesOf(MADE_BY_POSTFIX);
  assert.deepEqual(new Map([...hash].sort()), new Map([...cdb].sort()));
  // Longer than a page: the value lies in a chain of pages of its own.
  assert.ok((hash.get('todos@valija.test') ?? '').length > MADE_BY_POSTFIX.readUInt32LE(20));
});

test('[C66] what is no hash file of Berkeley DB is refused by what it is', () => {
  const btree = Buffer.from(MADE_BY_POSTFIX);
  btree.writeUInt32LE(0x053162, 12);
  const format = Buffer.from(MADE_BY_POSTFIX);
  format.writeUInt32LE(5, 16);
  const cases: readonly (readonly [Buffer, RegExp])[] = [
    [Buffer.alloc(4096), /no hash file/],
    [Buffer.from('usuario1 usuario2\n'), /too short/],
    [btree, /btree/],
    [format, /format, 5/],
  ];
  for (const [octets, message] of cases) {
    assert.throws(
      () => entriesOf(octets),
      (error) => error instanceof DamagedIndex && message.test(error.message),
    );
  }
});

test('property: a damaged hash file gives entries, fewer octets than it has, or says that it is damaged', (context) => {
  // Headers of pages, where the offsets are, are hit as often as all the rest.
  const pages = MADE_BY_POSTFIX.length / 4096;
  const inHeader = fc.tuple(fc.nat(pages - 1), fc.nat(60)).map(([page, at]) => page * 4096 + at);
  const change = fc.tuple(fc.oneof(inHeader, fc.nat(MADE_BY_POSTFIX.length - 1)), fc.nat(255));
  alwaysHolds(
    context,
    fc.property(
      fc.array(change, { minLength: 1, maxLength: 12 }),
      fc.nat(MADE_BY_POSTFIX.length),
      (changes, length) => {
        const octets = Buffer.from(MADE_BY_POSTFIX);
        for (const [at, value] of changes) octets[at] = value;
        for (const file of [octets, octets.subarray(0, length)]) {
          try {
            let given = 0;
            for (const [key, value] of readBerkeleyHash(file)) given += key.length + value.length;
            assert.ok(given <= file.length);
          } catch (error) {
            assert.ok(error instanceof DamagedIndex, String(error));
          }
        }
      },
    ),
  );
});

test('a chain of pages that is a circle ends', () => {
  const octets = Buffer.from(MADE_BY_POSTFIX);
  for (let page = 4096; page < octets.length; page += 4096) {
    if (octets[page + 25] === 7) octets.writeUInt32LE(page / 4096, page + 16);
  }
  for (let at = 0; at + 12 <= octets.length; at++) {
    // The long item: says that it has two thousand million octets.
    if (octets[at] === 3 && octets.readUInt32LE(at + 8) > 14_000) octets.writeUInt32LE(2 ** 31, at + 8);
  }
  assert.throws(() => entriesOf(octets), DamagedIndex);
});
