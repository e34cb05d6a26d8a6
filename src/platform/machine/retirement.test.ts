import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Retirement } from './retirement.ts';

function resource(closed: string[], name: string): AsyncDisposable {
  return { [Symbol.asyncDispose]: async () => void closed.push(name) };
}

test('what was retired is closed when its time is over, and the rest with the house', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const closed: string[] = [];
  const retirement = new Retirement(1_000);
  retirement.retire(resource(closed, 'first'));
  t.mock.timers.tick(600);
  retirement.retire(resource(closed, 'second'));
  t.mock.timers.tick(400);
  assert.deepEqual(closed, ['first']);
  await retirement[Symbol.asyncDispose]();
  t.mock.timers.tick(1_000);
  assert.deepEqual(closed, ['first', 'second']);
});
