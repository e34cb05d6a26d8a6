// Messages that generators think of: with folds, runs of blanks, empty lines, 8-bit octets and repeated fields; and the fields
// that sign them.

import { createHash, sign } from 'node:crypto';
import fc from 'fast-check';
import { BodyHash } from '#protocols/dkim/body-hash.ts';
import { completeField, formatUnsignedField } from '#protocols/dkim/signature-field.ts';
import { namesToSign } from '#protocols/dkim/signed-fields.ts';
import { canonicalFields, signingInput } from '#protocols/dkim/signing-input.ts';
import { parseHeaderFields } from '#protocols/message/header-fields.ts';
import type { TestKey } from './dkim.ts';

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

/** With one author, of valija.test. */
export const generatedMessage: fc.Arbitrary<Buffer> = fc
  .record({
    header: fc.tuple(fc.array(field, { maxLength: 8 }), from, fc.array(field, { maxLength: 4 })),
    body,
  })
  .map(({ header: [above, author, below], body: [lines, end] }) =>
    Buffer.from(`${above.join('')}${author}${below.join('')}\r\n${lines.join('\r\n')}${end}`),
  );

/** As the server signs, key after key. */
export function signWith(keys: readonly TestKey[], octets: Buffer): Buffer {
  const block = parseHeaderFields(octets);
  const hash = new BodyHash('relaxed');
  hash.update(octets.subarray(block.bodyStart));
  const signedNames = namesToSign(block.fields);
  const fields = canonicalFields(block, signedNames, 'relaxed');
  const tags = { signedNames, bodyHash: hash.digest(), signedAtSeconds: 1_795_316_400, expiresAtSeconds: undefined };
  const signatures = keys.map((key) => {
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
