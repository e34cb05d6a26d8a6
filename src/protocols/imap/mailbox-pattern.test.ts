import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { threadCpuMs } from '../../../test/world/cpu-time.ts';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { matcherOf } from './mailbox-pattern.ts';

const CASES: readonly (readonly [pattern: string, name: string, expected: boolean])[] = [
  ['*', 'a/b/c', true],
  ['%', 'a', true],
  ['%', 'a/b', false],
  ['%/%', 'a/b', true],
  ['%/%', 'a/b/c', false],
  ['a/%', 'a', false],
  ['a/*', 'a/b/c', true],
  ['a*', 'a', true],
  ['*c', 'a/b/c', true],
  ['a%c', 'abc', true],
  ['a%c', 'a/c', false],
  ['%*%', 'a/b', true],
  ['a**%b', 'a/x/b', true],
  ['', '', true],
  ['', 'a', false],
  ['inbox', 'INBOX', true],
  ['InBo%', 'INBOX', true],
  ['inbox/a', 'INBOX/a', true],
  ['inbox/A', 'INBOX/a', false],
  ['inboxes', 'INBOXES', false],
  ['Sent', 'sent', false],
  ['España/*', 'España/año', true],
];

for (const [pattern, name, expected] of CASES) {
  test(`"${pattern}" ${expected ? 'matches' : 'does not match'} "${name}"`, () => {
    assert.equal(matcherOf([pattern])(name), expected);
  });
}

test('one of several patterns is enough', () => {
  const matches = matcherOf(['a', 'b%']);
  assert.deepEqual(['a', 'b', 'bc', 'c'].map(matches), [true, true, true, false]);
});

test('agrees with the same pattern as a regular expression', (context) => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '%'), maxLength: 8 });
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 8 });
  alwaysHolds(
    context,
    fc.property(text, name, (pattern, subject) => {
      const expression = pattern.replaceAll('*', '.*').replaceAll('%', '[^/]*');
      assert.equal(matcherOf([pattern])(subject), new RegExp(`^${expression}$`).test(subject));
    }),
  );
});

test('[T21] LIST %*%*%*… takes time by length, not by the ways to match', () => {
  const startMs = threadCpuMs();
  const name = 'a'.repeat(250);
  for (const unit of ['%*', '%a*', '*a', '%a']) {
    const matches = matcherOf([`${unit.repeat(30_000 / unit.length)}b`, `${unit.repeat(100)}b`]);
    for (let i = 0; i < 20; i++) assert.equal(matches(name), false);
  }
  assert.ok(threadCpuMs() - startMs < 2000);
});
