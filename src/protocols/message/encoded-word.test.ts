import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { threadCpuMs } from '../../../test/world/cpu-time.ts';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { decodeEncodedWords, encodeHeaderText } from './encoded-word.ts';
import { unfold } from './header-fields.ts';

for (const [text, expected] of [
  ['plain', 'plain'],
  ['=?ISO-8859-1?Q?a?=', 'a'],
  ['=?ISO-8859-1?Q?a?= b', 'a b'],
  ['=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=', 'ab'],
  ['=?ISO-8859-1?Q?a?=  \t =?ISO-8859-2?Q?b?=', 'ab'],
  ['=?ISO-8859-1?Q?a_b?=', 'a b'],
  ['=?utf-8*es?b?RXNwYcOxYQ==?=', 'España'],
  ['=?UTF-8?B?4oI=?= =?UTF-8?B?rA==?=', '€'],
  ['=?utf-8?q?=E2=82?= =?utf-8?q?=AC?=', '€'],
  ['=?iso-8859-15?q?=A4?=', '€'],
  ['=?utf-8?q?100=25_=ZZ?=', '100% =ZZ'],
  ['=?no-such?q?a=F1?=', 'a\ufffd'],
  ['=?utf-8?x?abc?=', '=?x?abc?='.replace('?x', 'utf-8?x').replace('=utf', '=?utf')],
  ['=?utf-8?q?a b?=', '=?utf-8?q?a b?='],
  ['=?', '=?'],
  ['=?utf-8?b?', '=?utf-8?b?'],
  ['x=?utf-8?q?=C3=B1?=y', 'xñy'],
  ['=?utf-8?q?a=0D=0ABcc:_x?=', 'a Bcc: x'],
  ['=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=', '日本'],
] as const) {
  test(`[C73] encoded words: ${text}`, () => assert.equal(decodeEncodedWords(text), expected));
}

test('[C73] any text survives being encoded and read again, in lines that fit', (context) => {
  alwaysHolds(
    context,
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 200 }).filter((text) => !/[\r\n]/.test(text) && text.isWellFormed()),
      (text) => {
        const encoded = encodeHeaderText(text);
        assert.match(encoded, /^[\x20-\x7e\r\n]*$/);
        if (encoded !== text)
          assert.ok(
            encoded.split('\r\n ').every((line) => line.length <= 75),
            encoded,
          );
        assert.equal(decodeEncodedWords(encoded === text ? encoded : unfold(encoded)), text);
      },
    ),
  );
});

test('[T21] encoded words that never end take linear time', () => {
  for (const text of [
    '=?utf-8?q?'.repeat(100_000),
    '=?'.repeat(500_000),
    `=?utf-8?q?${'a'.repeat(1_000_000)}`,
    '=?a*b?q??='.repeat(100_000),
  ]) {
    const startMs = threadCpuMs();
    decodeEncodedWords(text);
    const tookMs = threadCpuMs() - startMs;
    assert.ok(tookMs < 1_000, `${text.slice(0, 10)} ${tookMs} ms`);
  }
});
