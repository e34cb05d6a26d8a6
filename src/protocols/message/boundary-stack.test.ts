import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { BoundaryStack } from './boundary-stack.ts';

/** Which of the boundaries, the outermost first, the line is of: its index, with `--` where it closes. */
function findIn(boundaries: readonly string[], line: string): string {
  const stack = new BoundaryStack();
  for (const [i, boundary] of boundaries.entries()) stack.push(Buffer.from(boundary), i + 1);
  const match = stack.find(Buffer.from(line));
  assert.equal(match?.depth, match && match.index + 1);
  return match === undefined ? 'none' : `${match.index}${match.closing ? '--' : ''}`;
}

for (const [boundaries, line, expected] of [
  [['b'], '--b', '0'],
  [['b'], '--b--', '0--'],
  [['b'], '--b-', '0'],
  [['b'], '--b \t', '0'],
  [['b'], '--bc', '0'],
  [['b'], '--c', 'none'],
  [['b'], '-b', 'none'],
  [['b'], '--', 'none'],
  [['b'], 'b', 'none'],
  [['bb'], '--b', 'none'],
  // The longest that fits, whether inner or outer.
  [['abc', 'abcd'], '--abcd', '1'],
  [['abc', 'abcd'], '--abcdX', '1'],
  [['abc', 'abcd'], '--abcX', '0'],
  [['abcd', 'abc'], '--abcd', '0'],
  [['abcd', 'abc'], '--abcdX', '0'],
  [['abcd', 'abc'], '--abc', '1'],
  // `foo--` may be the end of `foo`, or a boundary of its own.
  [['foo'], '--foo--', '0--'],
  [['foo--', 'foo'], '--foo--', '1--'],
  [['foo', 'foo--'], '--foo--', '1'],
  [['foo', 'foo--'], '--foo----', '1--'],
  [['foo--', 'foo', 'foo-'], '--foo--', '1--'],
  // Of equals the innermost.
  [['same', 'same'], '--same', '1'],
  [['same', 'same'], '--same--', '1--'],
] as const) {
  test(`boundaries ${boundaries.join(', ')}: the line ${line}`, () => assert.equal(findIn(boundaries, line), expected));
}

test('boundaries that were taken away are not found', () => {
  const stack = new BoundaryStack();
  stack.push(Buffer.from('a'), 1);
  stack.push(Buffer.from('b'), 2);
  stack.truncate(1);
  assert.equal(stack.size, 1);
  assert.equal(stack.find(Buffer.from('--b')), undefined);
  assert.equal(stack.find(Buffer.from('--a'))?.index, 0);
  stack.truncate(5);
  assert.equal(stack.size, 1);
});

test('whatever is pushed and taken away: the longest that fits, of equals the innermost, but for an inner one that closes', (context) => {
  const boundary = fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 1, maxLength: 5 });
  const steps = fc.array(fc.oneof({ weight: 4, arbitrary: boundary }, fc.nat(6)), { maxLength: 20 });
  alwaysHolds(
    context,
    fc.property(steps, boundary, (steps, line) => {
      const stack = new BoundaryStack();
      const open: string[] = [];
      for (const one of steps) {
        if (typeof one === 'number') {
          stack.truncate(one);
          open.splice(one);
        } else stack.push(Buffer.from(one), open.push(one));
      }
      const fitting = open.filter((known) => line.startsWith(known)).sort((a, b) => b.length - a.length);
      const longest = open.lastIndexOf(fitting[0] ?? 'none');
      const closed = line.endsWith('--') ? open.lastIndexOf(line.slice(0, -2)) : -1;
      assert.equal(stack.find(Buffer.from(`--${line}`))?.index ?? -1, Math.max(longest, closed));
      assert.equal(stack.size, open.length);
    }),
  );
});
