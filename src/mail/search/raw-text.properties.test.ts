// What the octets tell is what taking them apart would have told.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseHeaderFields } from '#protocols/message/header-fields.ts';
import { decodedFieldTexts } from '#protocols/message/text-content.ts';
import { memoryContent } from '../../../test/world/content.ts';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { findInBody } from './body-search.ts';
import { foldCase } from './fold-case.ts';
import { bodyHasNone, fieldHas, headerEnd, headerHas, upperAscii } from './raw-text.ts';
import { foldHeader } from './searched-header.ts';

const HEADER_PIECES = [
  'Subject',
  'X-Subject',
  ':',
  ' :',
  ' ',
  '\t',
  '\r\n',
  '\n',
  '\r',
  'word',
  'Wo',
  'rd',
  '=?utf-8?Q?w=6Frd?=',
  '=?',
];
const MESSAGE_PIECES = [
  ...HEADER_PIECES,
  'Content-Type: text/plain; charset=',
  'Content-Type: multipart/mixed; boundary=b\r\n',
  'Content-Type: multipart/digest; boundary=b\r\n',
  'Content-Type: message/rfc822\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  'Content-Transfer-Encoding: quoted-printable\r\n',
  ...['utf-8', '"us-ascii"', 'utf-16', 'unicode', 'iso-2022-jp', '\x1b$B'],
  ...['\r\n\r\n', '--b\r\n', '--b--\r\n', 'd29yZA==', 'w=6Frd', 'wo=\r\nrd', '\0w\0o\0r\0d\0'],
];
const SOUGHT = fc.constantFrom('word', 'WORD', 'wordword', 'rd wo', 'subject', ':', 'w', '');

const joined = (pieces: readonly string[], maxLength: number): fc.Arbitrary<Buffer> =>
  fc.array(fc.constantFrom(...pieces), { maxLength }).map((all) => Buffer.from(all.join(''), 'latin1'));

test('a field has a text, or may have it only if it is decoded', (context) => {
  const names = fc.constantFrom('subject', 'SUBJECT', 'x-subject', 'word', '', 'Subject:');
  alwaysHolds(
    context,
    fc.property(joined(HEADER_PIECES, 20), names, SOUGHT, (octets, name, sought) => {
      const header = octets.subarray(0, headerEnd(octets));
      const upper = upperAscii(header);
      const told = upper === undefined ? undefined : fieldHas(upper, name, foldCase(sought));
      if (told === undefined) return;
      const texts = decodedFieldTexts(parseHeaderFields(header), name);
      assert.equal(
        told,
        texts.some((text) => foldCase(text).includes(foldCase(sought))),
      );
    }),
  );
});

test('a header has a text, or may have it only if it is unfolded', (context) => {
  alwaysHolds(
    context,
    fc.property(joined(HEADER_PIECES, 20), SOUGHT, (octets, sought) => {
      const header = octets.subarray(0, headerEnd(octets));
      assert.equal(header.length, parseHeaderFields(octets).bodyStart);
      const told = headerHas(upperAscii(header) ?? '', foldCase(sought));
      if (told !== undefined) assert.equal(told, foldHeader(parseHeaderFields(header)).includes(foldCase(sought)));
    }),
  );
});

test('what a body is said not to have is not found in it', async (context) => {
  const pause = () => undefined;
  const found: Promise<void>[] = [];
  alwaysHolds(
    context,
    fc.property(joined(MESSAGE_PIECES, 16), SOUGHT, (octets, sought) => {
      const texts = [foldCase(sought)];
      if (!bodyHasNone(upperAscii(octets) ?? '', texts)) return;
      found.push(
        findInBody(memoryContent(octets), texts, pause).then((all) => {
          assert.equal(all.size, 0, `${JSON.stringify(octets.toString('latin1'))} has ${JSON.stringify(sought)}`);
        }),
      );
    }),
  );
  await Promise.all(found);
});
