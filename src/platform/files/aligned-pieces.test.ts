import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AlignedPieces } from './aligned-pieces.ts';

test('as many as there may be; whoever wants another waits for its turn', async () => {
  const pieces = new AlignedPieces(65_536, 2);
  const [first, second] = [await pieces.lend(), await pieces.lend()];
  assert.notEqual(first.octets.buffer, second.octets.buffer);
  const turns: string[] = [];
  const third = pieces.lend().then((piece) => {
    turns.push('third');
    return piece;
  });
  const fourth = pieces.lend().then((piece) => {
    turns.push('fourth');
    return piece;
  });
  await nextTurn();
  assert.deepEqual(turns, []);
  second[Symbol.dispose]();
  assert.equal((await third).octets.buffer, second.octets.buffer);
  await nextTurn();
  assert.deepEqual(turns, ['third']);
  first[Symbol.dispose]();
  assert.equal((await fourth).octets.buffer, first.octets.buffer);
});
