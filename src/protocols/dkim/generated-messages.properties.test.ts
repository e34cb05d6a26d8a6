// What generators think of: messages with folds, runs of blanks, empty lines, 8-bit octets and repeated fields are signed,
// and mailauth, which shares no code with us, finds every signature good.

import assert from 'node:assert/strict';
import { createHash, sign } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseHeaderFields } from '#protocols/message/header-fields.ts';
import { testKey, verdictsOf } from '../../../test/world/dkim.ts';
import { FUZZ_RUNS, FUZZ_SEED } from '../../../test/world/generated-inputs.ts';
import { BodyHash } from './body-hash.ts';
import { completeField, formatUnsignedField } from './signature-field.ts';
import { namesToSign } from './signed-fields.ts';
import { canonicalFields, signingInput } from './signing-input.ts';

const RSA = testKey('valija.test', 'r', 'rsa-sha256');
const ED25519 = testKey('valija.test', 'e', 'ed25519-sha256');

const word = fc.constantFrom(
  'a',
  'hola',
  'x'.repeat(70),
  'ñ',
  '=?UTF-8?Q?=C3=B1?=',
  '<a@b.test>',
  ';',
  ':',
  '.',
  '\u0001',
);
const blank = fc.constantFrom(' ', '  ', '\t', ' \t ', '\r\n ', '\r\n\t ');
const text = fc.array(fc.tuple(word, blank), { maxLength: 8 }).map((pairs) => pairs.flat().join(''));
const name = fc.constantFrom(
  'Subject',
  'to',
  'CC',
  'Date',
  'X-Other',
  'List-Id',
  'Message-ID',
  'content-type',
  'References',
);
const colon = fc.constantFrom(': ', ':', ' : ', ':\t', ':\r\n ');
const field = fc.tuple(name, colon, text, word).map((pieces) => `${pieces.join('')}\r\n`);
const from = fc.tuple(colon, blank).map(([mark, gap]) => `From${mark}Ana${gap}<ana@valija.test>\r\n`);
const line = fc.oneof(
  fc.constantFrom('', ' ', '\t ', 'hola', ' a  b ', 'x'.repeat(990), '.', '--boundary', 'ñ\t\tñ '),
  fc.string({ unit: 'grapheme', maxLength: 80 }).map((any) => any.replace(/[\r\n]/g, '')),
);
const body = fc.tuple(fc.array(line, { maxLength: 12 }), fc.constantFrom('', '\r\n', '\r\n\r\n', ' ', ' \r\n'));

const message = fc.record({
  header: fc.tuple(fc.array(field, { maxLength: 8 }), from, fc.array(field, { maxLength: 4 })),
  body,
});

function signed(octets: Buffer): Buffer {
  const block = parseHeaderFields(octets);
  const hash = new BodyHash('relaxed');
  hash.update(octets.subarray(block.bodyStart));
  const signedNames = namesToSign(block.fields);
  const fields = canonicalFields(block, signedNames, 'relaxed');
  const tags = { signedNames, bodyHash: hash.digest(), signedAtSeconds: 1_795_316_400, expiresAtSeconds: undefined };
  const signatures = [RSA, ED25519].map((key) => {
    const unsignedField = formatUnsignedField({ ...tags, ...key });
    const input = signingInput(fields, Buffer.from(unsignedField), 'relaxed');
    const isRsa = key.algorithm === 'rsa-sha256';
    const signature = isRsa
      ? sign('sha256', input, key.secretKey)
      : sign(null, createHash('sha256').update(input).digest(), key.secretKey);
    return completeField(unsignedField, signature);
  });
  return Buffer.concat([Buffer.from(signatures.join('')), octets]);
}

/** Each costs two signatures, and their verification by another program. */
const RUNS = Math.ceil(FUZZ_RUNS / 5);

test(`[C23] ${RUNS} generated messages: mailauth finds both signatures of each good`, async () => {
  await fc.assert(
    fc.asyncProperty(message, async ({ header: [above, author, below], body: [lines, end] }) => {
      const octets = Buffer.from(`${above.join('')}${author}${below.join('')}\r\n${lines.join('\r\n')}${end}`);
      const verdicts = await verdictsOf(signed(octets), [RSA, ED25519]);
      assert.deepEqual(
        verdicts.map(({ result }) => result),
        ['pass', 'pass'],
      );
    }),
    { numRuns: RUNS, seed: FUZZ_SEED },
  );
});

test('[C23] a changed octet of the body is found', async () => {
  const octets = signed(Buffer.from('From: ana@valija.test\r\n\r\nhola\r\n'));
  octets[octets.length - 4] = 0x41;
  const verdicts = await verdictsOf(octets, [RSA, ED25519]);
  assert.ok(verdicts.every(({ result }) => result !== 'pass'));
});
