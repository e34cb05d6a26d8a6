import assert from 'node:assert/strict';
import { test } from 'node:test';
import { feedings } from '../../../test/world/feed.ts';
import { corpusMessage } from '../../../test/world/message-corpus.ts';
import { decodeCharset, openCharsetDecoder } from './charset.ts';
import { parseHeaderFields } from './header-fields.ts';
import { findParameter } from './parameters.ts';
import { describeMessage } from './structure.ts';
import { decodedFieldTexts, openPartText, partText, textParts } from './text-content.ts';

test('[C73] ñ and € in subject, names, body and file name', () => {
  const octets = corpusMessage('enye-and-euro');
  const block = parseHeaderFields(octets);
  assert.deepEqual(decodedFieldTexts(block, 'subject'), ['El año cuesta 50 € en España']);
  assert.deepEqual(decodedFieldTexts(block, 'from'), ['María Nuñez <usuario1@valija.test>']);
  const { structure, envelope } = describeMessage(octets);
  assert.deepEqual(envelope.to[0], {
    name: 'Peña, Íñigo',
    route: undefined,
    mailbox: 'usuario2',
    host: 'valija.test',
  });
  assert.ok(structure.kind === 'multipart');
  const [text, pdf] = structure.children;
  assert.equal(partText(text!, octets.subarray(text!.body.start, text!.body.end)), 'El año cuesta 50 €, dijo la niña.');
  assert.equal(findParameter(pdf!.disposition!.parameters, 'filename'), 'año 50 €.pdf');
  assert.equal(findParameter(pdf!.parameters, 'name'), 'año 50 €.pdf');
});

test('the text of a part comes out the same however its octets were cut', () => {
  const octets = corpusMessage('spaces-and-stuffed-quoted-printable');
  const part = describeMessage(octets).structure;
  const body = octets.subarray(part.body.start, part.body.end);
  const expected = 'trailing blanks\r\nsoft break ñ broken =ZZ escape =4\r\nlast ';
  for (const { name, chunks } of feedings(body)) {
    const decoder = openPartText(part);
    assert.equal(chunks.map((chunk) => decoder.push(chunk)).join('') + decoder.end(), expected, name);
  }
});

test('the text parts of a message, in order, nested messages too', () => {
  const octets = corpusMessage('nested-messages');
  const texts = textParts(describeMessage(octets).structure).map((part) =>
    octets.toString('latin1', part.body.start, part.body.end),
  );
  assert.deepEqual(texts, ['part one of level 2', 'text of level 3']);
});

test('charsets: those of the web, what claims to be ASCII, and unknown ones', () => {
  for (const [charset, hex, expected] of [
    ['utf-8', 'c3b1e282ac', 'ñ€'],
    ['UTF-8', 'c3', '\ufffd'],
    ['iso-8859-1', 'f1', 'ñ'],
    ['iso-8859-15', 'a4', '€'],
    ['windows-1252', '80', '€'],
    ['cp1252', '80', '€'],
    ['koi8-r', 'c1', 'а'],
    ['shift_jis', '93fa', '日'],
    ['windows-31j', '93fa', '日'],
    ['gb2312', 'c8d5', '日'],
    ['big5', 'a4e9', '日'],
    ['euc-kr', 'c7d1', '한'],
    ['us-ascii', 'c3b1', 'ñ'],
    ['us-ascii', 'f1', 'ñ'],
    ['', '6180', 'a€'],
    ['us-ascii', '61e6', 'aæ'],
    ['us-ascii', 'fff1', 'ÿñ'],
    ['x-unknown', '61f1', 'a\ufffd'],
    ['utf-7', '61', 'a'],
  ] as const) {
    assert.equal(decodeCharset(Buffer.from(hex, 'hex'), charset), expected, `${charset} ${hex}`);
  }
});

test('characters may be cut anywhere', () => {
  for (const charset of ['utf-8', 'us-ascii', 'shift_jis']) {
    const octets = Buffer.from(charset === 'shift_jis' ? '93fa967b' : 'e697a5e69cac', 'hex');
    for (const { name, chunks } of feedings(octets)) {
      const decoder = openCharsetDecoder(charset);
      assert.equal(chunks.map((chunk) => decoder.push(chunk)).join('') + decoder.end(), '日本', `${charset} ${name}`);
    }
  }
});
