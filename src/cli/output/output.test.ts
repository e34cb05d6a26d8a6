import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { openPaint } from './colour.ts';
import { formatJson } from './json.ts';
import { askHidden } from './prompt.ts';
import { formatSize, parseSize } from './size.ts';
import { displayWidth, formatFields, formatTable } from './table.ts';

test('colours are for a person at a terminal who has not asked for none', () => {
  const terminal = { isTTY: true };
  assert.equal(openPaint(terminal, {})('red', 'no'), '\x1b[31mno\x1b[39m');
  assert.equal(openPaint(terminal, { NO_COLOR: '' })('red', 'no'), '\x1b[31mno\x1b[39m');
  assert.equal(openPaint(terminal, { NO_COLOR: '1' })('red', 'no'), 'no');
  assert.equal(openPaint(terminal, { TERM: 'dumb' })('red', 'no'), 'no');
  assert.equal(openPaint({}, {})('red', 'no'), 'no');
});

test('columns stay aligned whatever the letters are, and control characters do no harm', () => {
  assert.equal(displayWidth('jose\u0301'), 4);
  assert.equal(displayWidth('日本 😀'), 7);
  const table = formatTable(
    [{ title: 'Name' }, { title: 'Size', align: 'right' }],
    [
      ['jose\u0301', '5'],
      ['日本', '1000'],
      ['a\x1b[2Jb', ''],
    ],
  );
  assert.equal(table, 'Name    Size\njose\u0301       5\n日本    1000\na?[2Jb\n');
  assert.equal(
    formatFields([
      ['A', '1'],
      ['Long', 'x\ny'],
    ]),
    'A:     1\nLong:  x?y\n',
  );
});

test('[T31] a table has as many rows as there are', () => {
  const rows = Array.from({ length: 200_000 }, (_, at) => [String(at)]);
  assert.equal(formatTable([{ title: 'N' }], rows).length, 'N\n'.length + rows.join('\n').length + 1);
});

test('sizes are read and written in powers of 1024', () => {
  const sizes: readonly (readonly [string, number | undefined])[] = [
    ['0', 0],
    ['500', 500],
    ['5G', 5_368_709_120],
    ['1.5 gib', 1_610_612_736],
    ['10mb', 10_485_760],
    ['1k', 1024],
    ['-1', undefined],
    ['5X', undefined],
    ['', undefined],
    ['1e9', undefined],
    ['999999999999999T', undefined],
  ];
  for (const [text, bytes] of sizes) assert.equal(parseSize(text), bytes, text);
  assert.equal(formatSize(500), '500 B');
  assert.equal(formatSize(5_368_709_120), '5 GiB');
  assert.equal(formatSize(1_610_612_736), '1.5 GiB');
});

test('JSON has every field, set or not', () => {
  assert.equal(formatJson({ a: undefined, b: 1 }), '{\n  "a": null,\n  "b": 1\n}\n');
});

test('a secret that is typed is not shown; Ctrl-C and Ctrl-D give up', async () => {
  const type = async (keys: string) => {
    const input = new PassThrough();
    const screen = new PassThrough();
    const answer = askHidden(input, screen, 'Password: ');
    input.write(keys);
    const given = await answer;
    return { given, shown: String(screen.read()) };
  };
  assert.deepEqual(await type('contraseñá\r'), { given: 'contraseñá', shown: 'Password: \n' });
  assert.deepEqual(await type('abx\x7fc\r'), { given: 'abc', shown: 'Password: \n' });
  assert.deepEqual(await type('secreto\x03'), { given: undefined, shown: 'Password: \n' });
  assert.deepEqual(await type('\x04'), { given: undefined, shown: 'Password: \n' });
});
