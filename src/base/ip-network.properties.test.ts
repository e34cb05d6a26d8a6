import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../test/world/generated-inputs.ts';
import { isInNetwork, parseIpAddress, parseIpNetwork } from './ip-network.ts';

const written = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.string({ unit: fc.constantFrom(...'0129af:.:/[]%') }),
  fc.string({ unit: 'binary', maxLength: 50 }),
);

test('what Node takes for an address, and nothing else, is one here', (context) => {
  alwaysHolds(
    context,
    fc.property(written, (text) => {
      // Node takes a zone, too; no peer of ours is named with one.
      if (!text.includes('%')) assert.equal(parseIpAddress(text) !== undefined, isIP(text) !== 0);
    }),
  );
});

test('an address is in each of its networks, and one bit changed above the prefix leads out', (context) => {
  alwaysHolds(
    context,
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(128), fc.nat(127), (text, prefix, bit) => {
      const address = parseIpAddress(text);
      if (address === undefined) return assert.fail(text);
      const prefixBits = Math.min(prefix, address.length * 8);
      assert.ok(isInNetwork(address, { octets: address, prefixBits }));
      const at = bit % (address.length * 8);
      const changed = Buffer.from(address);
      changed[at >> 3] = (changed[at >> 3] ?? 0) ^ (0x80 >> (at & 7));
      assert.equal(isInNetwork(changed, { octets: address, prefixBits }), at >= prefixBits);
    }),
  );
});

test('no text makes the reader of networks throw', (context) => {
  alwaysHolds(
    context,
    fc.property(written, fc.string({ unit: fc.constantFrom(...'0123456789/-. '), maxLength: 4 }), (text, prefix) => {
      assert.equal(typeof parseIpNetwork(`${text}/${prefix}`).ok, 'boolean');
    }),
  );
});
