// Standard input as a message: line ends, the lone dot, `From ` lines.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { MessageLines } from './message-lines.ts';

function convert(pieces: readonly string[], dotEnds = true): string {
  const lines = new MessageLines({ dotEnds });
  const output: Buffer[] = [];
  for (const piece of pieces) output.push(lines.push(Buffer.from(piece, 'latin1')));
  return Buffer.concat([...output, lines.end()]).toString('latin1');
}

const TABLE: readonly (readonly [what: string, input: string, expected: string, dotEnds?: boolean])[] = [
  ['LF', 'A: a\n\nb\n', 'A: a\r\n\r\nb\r\n'],
  ['CRLF', 'A: a\r\n\r\nb\r\n', 'A: a\r\n\r\nb\r\n'],
  ['several CRs at the end', 'a\r\r\r\nb\n', 'a\r\nb\r\n'],
  ['a CR within', 'a\rb\n', 'a\r\nb\r\n'],
  ['no end', 'a', 'a\r\n'],
  ['nothing', '', ''],
  ['empty lines', '\n\n', '\r\n\r\n'],
  ['a lone dot ends', 'a\n.\nb\n', 'a\r\n'],
  ['a lone dot with CR ends', 'a\r\n.\r\nb\r\n', 'a\r\n'],
  ['a lone dot without an end ends', 'a\n.', 'a\r\n'],
  ['dots that are not alone', 'a\n..\n. \n.a\n', 'a\r\n..\r\n. \r\n.a\r\n'],
  ['-i: a lone dot is text', 'a\n.\nb\n', 'a\r\n.\r\nb\r\n', false],
  ['From_ lines on top', 'From usuario1 Sat Nov 21\n>>From b\nA: a\n\nFrom c\n', 'A: a\r\n\r\nFrom c\r\n'],
  ['From: is a field', 'From: a\n', 'From: a\r\n'],
  ['NUL and eight bits stay', 'a\0\xf1\n', 'a\0\xf1\r\n'],
];

test('[C14] what is done to lines, whole and octet by octet', () => {
  for (const [what, input, expected, dotEnds = true] of TABLE) {
    assert.equal(convert([input], dotEnds), expected, what);
    assert.equal(convert([...input], dotEnds), expected, `${what}, octet by octet`);
  }
});

test('[T1] whatever comes, no bare line end leaves', (context) => {
  const piece = fc.string({ unit: fc.constantFrom('a', '\r', '\n', '.', '>', 'From ', '\0') });
  alwaysHolds(
    context,
    fc.property(fc.array(piece), fc.boolean(), (pieces, dotEnds) => {
      const whole = convert([pieces.join('')], dotEnds);
      assert.equal(convert(pieces, dotEnds), whole);
      assert.ok(!/[^\r]\n|^\n|\r[^\n]|\r$/.test(whole));
    }),
  );
});

test('a line of many megabytes goes through in pieces, its carriage return too', () => {
  const long = 'x'.repeat(300_000);
  assert.equal(convert([long, long, '\r', '\n', 'b\n']), `${long}${long}\r\nb\r\n`);
  const dots = '.'.repeat(200_000);
  assert.equal(convert([dots, '\n.\n']), `${dots}\r\n`);
});
