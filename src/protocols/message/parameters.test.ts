import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { threadCpuMs } from '../../../test/world/cpu-time.ts';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { corpusMessage } from '../../../test/world/message-corpus.ts';
import { findDisposition } from './content-type.ts';
import { findParameter, formatParameter } from './parameters.ts';
import { describeMessage } from './structure.ts';

const parameters = (text: string) => findDisposition(`attachment; ${text}`)!.parameters;
const fileName = (text: string) => findParameter(parameters(text), 'filename');

for (const [text, expected] of [
  ['filename=a.txt', 'a.txt'],
  ['FileName="a b.txt"', 'a b.txt'],
  ['filename="a;b\\"c\\\\d.txt"; size=3', 'a;b"c\\d.txt'],
  ['filename = (c) a.txt (c)', 'a.txt'],
  ["filename*=UTF-8''a%C3%B1o%20%E2%82%AC.pdf", 'año €.pdf'],
  ["filename*=iso-8859-1'es'a%F1o", 'año'],
  ["filename=ascii.txt; filename*=utf-8''%C3%B1.txt", 'ñ.txt'],
  ['filename*0="a"; filename*1="b"; filename*2=c', 'abc'],
  ['filename*1="b"; filename*0="a"', 'ab'],
  ['filename*0*=utf-8\'\'%E2%82; filename*1*=%AC; filename*2=".pdf"', '€.pdf'],
  ['filename*0="50% "; filename*1*=%C3%B1', '50% ñ'],
  ['filename*0=a; filename*2=c', 'a'],
  ['filename="=?utf-8?q?a=C3=B1o?="', 'año'],
  ["filename*=no-such''a%F1", 'a\ufffd'],
  ['filename*=noquotes%C3%B1', 'noquotesñ'],
  ['filename', undefined],
  ['filename=', ''],
  [';;; filename=a', 'a'],
  ['"stray" filename=a', 'a'],
  ['filename=a; filename=b.exe', 'a'],
] as const) {
  test(`[C73] parameter: ${text}`, () => assert.equal(fileName(text), expected));
}

test('a description shows joined values, encoded ones under their starred name', () => {
  assert.deepEqual(parameters('filename*0=a; x=y; filename*1=b'), [
    ['filename', 'ab'],
    ['x', 'y'],
  ]);
  assert.deepEqual(parameters('filename*0*=utf-8\'\'%C3; filename*1*=%B1; filename*2=" x"'), [
    ['filename*', "utf-8''%C3%B1%20x"],
  ]);
});

test('boundaries stand unquoted with characters that they may not have', () => {
  assert.equal(findParameter(parameters('boundary=----=_Part_1/x:y?(z)'), 'boundary'), '----=_Part_1/x:y?(z)');
});

test('[T13] a file name in pieces is known by its whole, decoded', () => {
  const part = describeMessage(corpusMessage('filename-in-pieces')).structure;
  assert.equal(findParameter(part.disposition!.parameters, 'filename'), 'setup.exe');
});

test('[T13] 100,000 pieces of a file name take no time, and no more than the limit is read', () => {
  const text = Array.from({ length: 100_000 }, (_, i) => `filename*${i}*=a`).join(';');
  const startMs = threadCpuMs();
  const name = fileName(text)!;
  const tookMs = threadCpuMs() - startMs;
  assert.equal(name.length, 10_000);
  assert.ok(tookMs < 500, `${tookMs} ms: ten times the bound of 50 ms`);
});

test('[T13] stars, quotes and separators in masses take linear time', () => {
  for (const text of [
    'a'.repeat(1_000_000),
    ';'.repeat(1_000_000),
    '"'.repeat(1_000_001),
    '='.repeat(1_000_000),
    `filename${'*'.repeat(500_000)}=a`,
    'a=b;'.repeat(250_000),
    `filename*=a''${'%'.repeat(500_000)}`,
  ]) {
    const startMs = threadCpuMs();
    fileName(text);
    const tookMs = threadCpuMs() - startMs;
    assert.ok(tookMs < 1_000, `${text.slice(0, 12)} ${tookMs} ms`);
  }
});

test('[C73] any value survives being written and read again', (context) => {
  alwaysHolds(
    context,
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (value) => {
      fc.pre(value.isWellFormed() && !value.includes('=?'));
      assert.equal(fileName(formatParameter('filename', value)), value);
    }),
  );
});
