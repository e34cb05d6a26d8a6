import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../../test/world/generated-inputs.ts';
import type { Segment } from '../segment.ts';
import { parseCommand } from './parse-command.ts';

test('nothing makes the grammar throw', (context) => {
  const word = fc.oneof(
    fc.constantFrom('a', ' ', 'UID', 'FETCH', 'SEARCH', 'LIST', 'STORE', 'APPEND', 'SELECT', 'ID', 'LOGIN', 'RETURN'),
    fc.constantFrom(
      '(',
      ')',
      '"',
      '\\',
      '[',
      ']',
      '<',
      '>',
      '{',
      '}',
      '*',
      '%',
      ',',
      ':',
      '.',
      '1',
      '0',
      'NOT',
      'OR',
      'BODY',
    ),
    fc.string({ unit: 'binary', maxLength: 4 }),
  );
  const text = fc
    .array(word, { maxLength: 12, size: 'max' })
    .map((words): Segment => ({ kind: 'text', text: words.join('') }));
  const literal = fc
    .uint8Array({ maxLength: 8 })
    .map((octets): Segment => ({ kind: 'literal', octets: Buffer.from(octets), binary: false }));
  alwaysHolds(
    context,
    fc.property(text, fc.array(fc.tuple(literal, text), { maxLength: 2 }), (first, more) => {
      const segments = [first, ...more.flat()];
      const result = parseCommand(segments, { bareLineFeed: false, trailingSpace: true });
      assert.equal(typeof result.ok, 'boolean');
    }),
  );
});
