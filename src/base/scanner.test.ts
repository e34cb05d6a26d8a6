import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALPHA, charsOf, DIGIT, Scanner, visibleCharsExcept } from './scanner.ts';

test('reads a text from left to right', () => {
  const scanner = new Scanner('ab12 "x"');
  assert.equal(scanner.take(ALPHA), 'ab');
  assert.equal(scanner.take(ALPHA), '');
  assert.ok(scanner.seesOneOf(DIGIT));
  assert.equal(scanner.take(DIGIT), '12');
  assert.equal(scanner.eat('-'), false);
  scanner.expect(' ');
  scanner.expect('"');
  assert.equal(scanner.takeUntil('"'), 'x');
  assert.equal(scanner.takeUntil('?'), undefined);
  assert.equal(scanner.takeCount(2), '');
  assert.equal(scanner.takeCount(1), '"');
  assert.ok(scanner.atTextEnd);
  assert.equal(scanner.fault, undefined);
});

test('the first fault sticks and ends the text', () => {
  const scanner = new Scanner('abc');
  scanner.take(charsOf('a'));
  scanner.expect(' ');
  scanner.fail('Something later');
  assert.equal(scanner.fault, 'Expected a space at character 2');
  assert.ok(scanner.atTextEnd);
  assert.equal(scanner.eat('b'), false);
});

test('sets hold ASCII only', () => {
  assert.equal(new Scanner('aé').take(visibleCharsExcept('"')), 'a');
  assert.equal(new Scanner('a b').take(visibleCharsExcept('')), 'a');
});
