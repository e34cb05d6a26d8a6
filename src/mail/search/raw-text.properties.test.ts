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
import { fieldHas, headerEnd, headerHas, upperAscii } from './raw-text.ts';
import { foldHeader } from './searched-header.ts';
import { Sieve, wordsOf } from './sieve.ts';
import { WordFinder } from './word-finder.ts';

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

test('what a message is said not to have is found neither in its header nor in its body', async (context) => {
  const pause = () => undefined;
  const found: Promise<void>[] = [];
  const sought = fc.array(SOUGHT, { minLength: 1, maxLength: 2 });
  alwaysHolds(
    context,
    fc.property(joined(MESSAGE_PIECES, 16), sought, (octets, many) => {
      const texts = many.map(foldCase);
      const words = wordsOf(texts);
      if (words === undefined || new Sieve(words).mayBeInMessage(octets)) return;
      const said = `${JSON.stringify(octets.toString('latin1'))} has ${JSON.stringify(many)}`;
      const header = foldHeader(parseHeaderFields(octets.subarray(0, headerEnd(octets))));
      for (const text of texts) assert.ok(!header.includes(text), said);
      found.push(findInBody(memoryContent(octets), texts, pause).then((all) => assert.equal(all.size, 0, said)));
    }),
  );
  await Promise.all(found);
});

test('what a header is said not to have is in none of its fields', (context) => {
  alwaysHolds(
    context,
    fc.property(joined(HEADER_PIECES, 20), SOUGHT, (octets, sought) => {
      const header = octets.subarray(0, headerEnd(octets));
      const words = wordsOf([foldCase(sought)]);
      if (words === undefined || new Sieve(words).mayBeInHeader(header)) return;
      const block = parseHeaderFields(header);
      assert.ok(!foldHeader(block).includes(foldCase(sought)));
      for (const { name } of block.fields) {
        for (const text of decodedFieldTexts(block, name)) assert.ok(!foldCase(text).includes(foldCase(sought)));
      }
    }),
  );
});

test('a word is found where it stands first', (context) => {
  const octets = fc.array(fc.constantFrom(...'aAbBcCñ@-'), { maxLength: 60 }).map((all) => Buffer.from(all.join('')));
  const word = fc.array(fc.constantFrom(...'ABC@-'), { minLength: 1, maxLength: 6 }).map((all) => all.join(''));
  alwaysHolds(
    context,
    fc.property(octets, word, fc.nat(20), (text, sought, start) => {
      const expected = text.toString('latin1').toUpperCase().indexOf(sought, start);
      assert.equal(new WordFinder(sought).find(text, start), start > text.length ? -1 : expected);
    }),
  );
});

test('a long word is found', () => {
  const word = 'x'.repeat(400) + 'Y'.repeat(200);
  const text = Buffer.from(`${'x'.repeat(999)}${word}${'y'.repeat(10)}`);
  assert.equal(new WordFinder(word.toUpperCase()).find(text), 999);
  assert.equal(new WordFinder(`${word.toUpperCase()}Z`).find(text), -1);
});
