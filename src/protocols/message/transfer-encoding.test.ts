import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertFedEveryWay } from '../../../test/world/feed.ts';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { encodeBase64Lines } from './base64.ts';
import { encodeQuotedPrintable } from './quoted-printable.ts';
import { decodeTransfer, openTransferDecoder } from './transfer-encoding.ts';

function decodeChunks(encoding: string, chunks: readonly Buffer[]): string {
  const decoder = openTransferDecoder(encoding);
  return Buffer.concat([...chunks.map((chunk) => decoder.push(chunk)), decoder.end()]).toString('latin1');
}

for (const [encoding, text, expected] of [
  ['base64', 'aGVsbG8=', 'hello'],
  ['BASE64', 'aGVs\r\nbG8=\r\n', 'hello'],
  ['base64', 'a G-V_s\tb!G8', 'hello'],
  ['base64', 'aGVsbG8=aGVsbG8=', 'hellohello'],
  ['base64', 'aGVsbG8', 'hello'],
  ['base64', 'a', ''],
  ['base64', '====', ''],
  ['base64', '', ''],
  ['quoted-printable', 'a=3Db=F1', 'a=b\xf1'],
  ['quoted-printable', 'soft =\r\nbreak', 'soft break'],
  ['quoted-printable', 'soft= \t\r\nbreak=\nagain', 'softbreakagain'],
  ['quoted-printable', 'trailing \t \r\nblanks  ', 'trailing\r\nblanks'],
  ['quoted-printable', 'inner \t blanks', 'inner \t blanks'],
  ['quoted-printable', 'bad =ZZ = 41 =4 =4', 'bad =ZZ = 41 =4 =4'],
  ['quoted-printable', 'lower =e2=82=ac', 'lower \xe2\x82\xac'],
  ['quoted-printable', 'ends in =', 'ends in '],
  ['quoted-printable', 'ends in =4', 'ends in =4'],
  ['quoted-printable', 'cr \rx', 'cr \rx'],
  ['quoted-printable', '==41', '=A'],
  ['quoted-printable', '=\r=41', '=\rA'],
  ['7bit', 'as =41 is', 'as =41 is'],
  ['x-unknown', 'as =41 is', 'as =41 is'],
] as const) {
  test(`${encoding}: ${JSON.stringify(text)}`, () => {
    assertFedEveryWay(Buffer.from(text, 'latin1'), expected, (chunks) => decodeChunks(encoding, chunks));
  });
}

test('very long runs of blanks are text, however they are cut, and nothing grows without bound', () => {
  const blanks = ' '.repeat(3_000);
  for (const input of [`a${blanks}b`, `a${blanks}\r\nb`, `a=${blanks}\r\nb`]) {
    const whole = decodeChunks('quoted-printable', [Buffer.from(input)]);
    assertFedEveryWay(input, whole, (chunks) => decodeChunks('quoted-printable', chunks));
    assert.ok(whole.includes(blanks.slice(0, 2_000)), 'kept as text');
  }
});

test('any octets survive both encodings', (context) => {
  alwaysHolds(
    context,
    fc.property(fc.uint8Array({ maxLength: 500 }), (array) => {
      const octets = Buffer.from(array);
      assert.deepEqual(decodeTransfer('base64', Buffer.from(encodeBase64Lines(octets))), octets);
      const quoted = encodeQuotedPrintable(octets);
      assert.ok(quoted.split('\r\n').every((line) => line.length <= 76));
      assert.deepEqual(decodeTransfer('quoted-printable', Buffer.from(quoted)), octets);
    }),
  );
});

test('decoding does not depend on how the octets were cut', (context) => {
  const text = fc.string({ unit: fc.constantFrom('=', '4', '1', 'Z', ' ', '\t', '\r', '\n', 'a'), maxLength: 40 });
  alwaysHolds(
    context,
    fc.property(text, fc.constantFrom('base64', 'quoted-printable'), (input, encoding) => {
      const whole = decodeChunks(encoding, [Buffer.from(input)]);
      assertFedEveryWay(input, whole, (chunks) => decodeChunks(encoding, chunks));
    }),
  );
});
