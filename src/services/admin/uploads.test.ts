import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inPieces, Uploads } from './uploads.ts';

const piece = (text: string) => Buffer.from(text);

test('pieces of one name make one question, which is taken once', () => {
  const uploads = new Uploads();
  uploads.add('a', piece('{"x":'));
  uploads.add('b', piece('[]'));
  uploads.add('a', piece('1}'));
  assert.deepEqual(uploads.take('a'), { ok: true, value: { x: 1 } });
  assert.equal(uploads.take('a').ok, false);
  assert.deepEqual(uploads.take('b'), { ok: true, value: [] });
});

test('what is no JSON is said to be none', () => {
  const uploads = new Uploads();
  uploads.add('a', piece('{'));
  const taken = uploads.take('a');
  assert.ok(!taken.ok);
  assert.equal(taken.error.code, 'bad-request');
});

test('memory is bounded: an upload has a size, and the oldest makes room', () => {
  const uploads = new Uploads({ uploads: 2, octets: 10 });
  assert.equal(uploads.add('a', piece('12345678901')).ok, false);
  uploads.add('b', piece('1'));
  uploads.add('c', piece('2'));
  uploads.add('d', piece('3'));
  assert.equal(uploads.take('b').ok, false);
  assert.deepEqual(uploads.take('c'), { ok: true, value: 2 });
  assert.deepEqual(uploads.take('d'), { ok: true, value: 3 });
});

test('an answer of any length goes in pieces that fit a line', () => {
  const answer = { text: 'ñ'.repeat(100_000) };
  const pieces = inPieces(answer);
  assert.ok(pieces.length > 1);
  assert.ok(pieces.every((each) => each.length <= 60_000));
  assert.deepEqual(JSON.parse(Buffer.from(pieces.join(''), 'base64').toString()), answer);
});
