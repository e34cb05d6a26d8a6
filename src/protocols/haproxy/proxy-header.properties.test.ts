import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseIpAddress } from '#base/ip-network.ts';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { LONGEST_V2_OCTETS, readProxyHeader } from './proxy-header.ts';

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const PIECES = [
  'PROXY ',
  'TCP4 ',
  'TCP6 ',
  'UNKNOWN',
  '192.0.2.1 ',
  '::1 ',
  '25',
  ' ',
  '\r\n',
  '\r',
  '\n',
  '0',
  '-1',
  ':',
];

const octets = fc.uint8Array({ maxLength: 80 }).map((array) => Buffer.from(array));
const headers = fc.oneof(
  octets,
  octets.map((rest) => Buffer.concat([SIGNATURE, rest])),
  fc
    .tuple(fc.constantFrom(0x20, 0x21, 0x22, 0x11), fc.constantFrom(0x00, 0x11, 0x21, 0x31), octets)
    .map(([command, family, body]) => {
      return Buffer.concat([SIGNATURE, Buffer.from([command, family, body.length >> 8, body.length & 255]), body]);
    }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((parts) => Buffer.from(parts.join(''), 'latin1')),
);

test('[T5] any octets are a header, the beginning of one, or none; what they name are addresses', (context) => {
  alwaysHolds(
    context,
    fc.property(headers, (input) => {
      const header = readProxyHeader(input);
      if (header.kind === 'incomplete') assert.ok(input.length < LONGEST_V2_OCTETS, 'what is held back has an end');
      if (header.kind !== 'header') return;
      assert.ok(header.octets <= input.length);
      const { addresses } = header;
      if (addresses === undefined) return;
      assert.notEqual(parseIpAddress(addresses.clientAddress), undefined, addresses.clientAddress);
      assert.ok(addresses.clientPort >= 0 && addresses.clientPort <= 65_535);
    }),
  );
});

test('a header is found when its last octet is there, and not before, whatever follows', (context) => {
  alwaysHolds(
    context,
    fc.property(headers, octets, (input, behind) => {
      const header = readProxyHeader(input);
      if (header.kind !== 'header') return;
      const whole = input.subarray(0, header.octets);
      assert.deepEqual(readProxyHeader(Buffer.concat([whole, behind])), header);
      for (let end = 0; end < whole.length; end += 1) {
        assert.equal(readProxyHeader(whole.subarray(0, end)).kind, 'incomplete');
      }
    }),
  );
});
