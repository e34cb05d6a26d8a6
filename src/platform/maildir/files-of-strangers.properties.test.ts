// Files that other programs, or a failing disk, may have filled with anything.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { parseKeywordsFile } from './keywords-file.ts';
import { baseNameOf, deliveryMicrosOf, flagsOfFileName, sizesOfFileName, withFlags } from './message-file-name.ts';
import { parseSubscriptions } from './subscriptions-file.ts';
import { parseUidlist } from './uidlist.ts';

const PIECES = [
  '3 V1 N2 G',
  '0123456789abcdef'.repeat(2),
  '\n',
  '1 ',
  ' :',
  'W10 ',
  '0 $Junk',
  '4294967296',
  '1.M1P1.h',
  ',S=5',
  ',W=6',
  ':2,',
  'FST',
  'Zz',
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 25 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

test('[T8] no text makes a reader of the files throw', (context) => {
  alwaysHolds(
    context,
    fc.property(text, (content) => {
      assert.equal(typeof parseUidlist(content).ok, 'boolean');
      assert.ok(Array.isArray(parseKeywordsFile(content)));
      assert.ok(Array.isArray(parseSubscriptions(content)));
      sizesOfFileName(content);
      assert.ok(Number.isFinite(deliveryMicrosOf(content)));
      assert.ok(Number.isInteger(flagsOfFileName(content)));
    }),
  );
});

test('flags that are written into a name are read again, and the base name stays', (context) => {
  const base = fc.string({ unit: fc.constantFrom(...'0123456789.MPQ_=,SWhost'), minLength: 1, maxLength: 40 });
  alwaysHolds(
    context,
    fc.property(base, fc.nat(31), (name, flags) => {
      const flagged = withFlags(name, flags);
      assert.equal(flagsOfFileName(flagged), flags);
      assert.equal(baseNameOf(flagged), baseNameOf(name));
    }),
  );
});
