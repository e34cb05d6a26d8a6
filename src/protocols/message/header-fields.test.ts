import assert from 'node:assert/strict';
import { test } from 'node:test';
import { corpusMessage } from '../../../test/world/message-corpus.ts';
import { fieldText, fieldTexts, type HeaderBlock, parseHeaderFields, unfold } from './header-fields.ts';

function findFieldText(block: HeaderBlock, name: string): string | undefined {
  return fieldTexts(block, name)[0];
}

const parse = (text: string) => parseHeaderFields(Buffer.from(text, 'latin1'));

test('a header is fields, an empty line, and a body that is not looked at', () => {
  const block = parse('A: 1\r\nB:2\r\n folded\r\n\tagain \r\n\r\nC: body\r\n');
  assert.deepEqual(
    block.fields.map((field) => [field.name, fieldText(block, field)]),
    [
      ['A', '1'],
      ['B', '2 folded again'],
    ],
  );
  assert.equal(block.octets.toString('latin1', block.bodyStart), 'C: body\r\n');
  const [, second] = block.fields;
  assert.equal(
    block.octets.toString('latin1', second!.range.start, second!.range.end),
    'B:2\r\n folded\r\n\tagain \r\n',
  );
  assert.equal(block.octets.toString('latin1', second!.value.start, second!.value.end), '2\r\n folded\r\n\tagain ');
});

test('lines may end in LF, the empty line too', () => {
  const block = parse('A: 1\n x\nB: 2\n\nbody');
  assert.deepEqual([findFieldText(block, 'a'), findFieldText(block, 'b')], ['1 x', '2']);
  assert.equal(block.octets.toString('latin1', block.bodyStart), 'body');
});

test('a header without an empty line is all header, one that begins with it is empty', () => {
  assert.equal(parse('A: 1\r\n').bodyStart, 6);
  assert.equal(parse('A: 1').bodyStart, 4);
  assert.equal(parse('').bodyStart, 0);
  assert.deepEqual(parse('\r\n x: y\r\n').bodyStart, 2);
  assert.deepEqual(parse('\r\n x: y\r\n').fields, []);
});

test('[T20] broken lines become fields without a name, and nothing is lost', () => {
  const block = parseHeaderFields(corpusMessage('broken-header-lines'));
  assert.deepEqual(
    block.fields.map((field) => field.name),
    ['', '', 'Subject', 'X-Eight-Bit', '', 'X-Empty', '', 'X-Nul', 'X-Cr'],
  );
  assert.equal(findFieldText(block, 'subject'), 'white space before the colon');
  assert.equal(findFieldText(block, 'x-eight-bit'), 'café', 'Windows-1252 where it is no UTF-8');
  assert.equal(findFieldText(block, 'x-empty'), '');
  assert.equal(findFieldText(block, 'x-nul'), 'a\x00b');
  assert.equal(findFieldText(block, 'x-cr'), 'ab');
  assert.equal(block.octets.toString('latin1', block.bodyStart), 'body\r\n');
  let at = 0;
  for (const field of block.fields) {
    assert.equal(field.range.start, at, 'the fields lie one behind the other');
    at = field.range.end;
  }
  assert.equal(at, block.bodyStart - '\r\n'.length);
});

test('fields of one name come from top to bottom', () => {
  assert.deepEqual(fieldTexts(parse('Received: 2\r\nX: y\r\nreceived: 1\r\n\r\n'), 'RECEIVED'), ['2', '1']);
});

test('unfolding takes line ends out, and only those', () => {
  assert.equal(unfold('a\r\n b'), 'a b');
  assert.equal(unfold(' a\r\n  b '), 'a  b');
  assert.equal(unfold('a\n\tb'), 'a b');
  assert.equal(unfold('\u00a0a'), '\u00a0a');
});

test('[T20] a header of 60 MB, and one of a million fields, are cut, not refused', () => {
  const long = parseHeaderFields(
    Buffer.concat([Buffer.from('A: 1\r\nX: '), Buffer.alloc(60_000_000, 'x'), Buffer.from('\r\nB: 2\r\n\r\nbody')]),
  );
  assert.equal(long.truncated, true);
  assert.deepEqual(
    long.fields.map((field) => field.name),
    ['A'],
  );
  assert.equal(long.octets.length - long.bodyStart, 4);
  const many = parseHeaderFields(Buffer.from('A:\r\n'.repeat(1_000_000)));
  assert.equal(many.truncated, true);
  assert.equal(many.fields.length, 10_000);
});
