import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { CdbReader, DamagedIndex } from './cdb-reader.ts';
import { encodeCdb } from './cdb-writer.ts';

const MADE_BY_POSTFIX = readFileSync(join(import.meta.dirname, '../../../test/world/tables/virtual.cdb'));

test("[C66] Postfix's own cdb file is read, and written again octet for octet", async () => {
  const reader = new CdbReader(MADE_BY_POSTFIX);
  assert.equal(reader.find('usuario1@valija.test'), 'usuario1');
  assert.equal(reader.find('usuario2@valija.test'), 'usuario2,    usuario1');
  assert.equal(reader.find('"two words"@valija.test'), 'usuario1');
  assert.equal(reader.find('ñandú@valija.test'), 'usuario2');
  assert.match(reader.find('todos@valija.test') ?? '', /^usuario0000@valija\.test, .*usuario0599@valija\.test$/);
  assert.equal(reader.find('usuario3@valija.test'), undefined);
  assert.deepEqual(await encodeCdb(reader.entries()), MADE_BY_POSTFIX);
});

test('[C66] keys with a NUL behind them are found, as on systems where Postfix writes them', async () => {
  const reader = new CdbReader(
    await encodeCdb(
      [
        ['a', 'one'],
        ['b', 'two'],
      ],
      { nulTerminated: true },
    ),
  );
  assert.deepEqual(
    [reader.find('x'), reader.find('a'), reader.find('b'), reader.find('y')],
    [undefined, 'one', 'two', undefined],
  );
  assert.deepEqual(
    [...reader.entries()],
    [
      ['a', 'one'],
      ['b', 'two'],
    ],
  );
});

test('an empty file, and keys that come to lie in one slot', async () => {
  assert.equal(new CdbReader(await encodeCdb([])).find('a'), undefined);
  const many = Array.from({ length: 5_000 }, (_, i) => [`key${i}`, `value ${i}`] as const);
  const reader = new CdbReader(await encodeCdb(many));
  for (const [key, value] of many) assert.equal(reader.find(key), value);
  assert.deepEqual([...reader.entries()], many);
});

test('property: what is written is found, nothing else is', async () => {
  const property = fc.asyncProperty(fc.dictionary(fc.string(), fc.string()), fc.string(), async (entries, other) => {
    const reader = new CdbReader(await encodeCdb(Object.entries(entries)));
    for (const [key, value] of Object.entries(entries)) {
      if (!`${key}${value}`.includes('\0') && key.isWellFormed() && value.isWellFormed())
        assert.equal(reader.find(key), value);
    }
    if (!Object.hasOwn(entries, other)) assert.equal(reader.find(other), undefined);
  });
  await fc.assert(property, { numRuns: 300 });
});

test('property: a damaged cdb file gives an answer or says that it is damaged', (context) => {
  const change = fc.tuple(fc.nat(MADE_BY_POSTFIX.length - 1), fc.nat(255));
  // The slots of a table are walked to their end at most: a lie about their number costs no more than the file has.
  alwaysHolds(
    context,
    fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), fc.nat(MADE_BY_POSTFIX.length), (changes, length) => {
      const octets = Buffer.from(MADE_BY_POSTFIX);
      for (const [at, value] of changes) octets[at] = value;
      const attempt = (work: () => unknown) => {
        try {
          work();
        } catch (error) {
          assert.ok(error instanceof DamagedIndex, String(error));
        }
      };
      for (const file of [octets, octets.subarray(0, length)]) {
        attempt(() => new CdbReader(file).find('usuario1@valija.test'));
        attempt(() => [...new CdbReader(file).entries()]);
      }
    }),
  );
});
