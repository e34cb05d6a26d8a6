import assert from 'node:assert/strict';
import { test } from 'node:test';
import { channelPair } from '../../../test/world/channel-pair.ts';
import { askAgain } from './ask-again.ts';
import { PeerGone } from './peer-gone.ts';

test('who leaves and has not begun is followed by another, once', async () => {
  const [here, there] = await channelPair();
  await using _here = here;
  await using _there = there;
  let asked = 0;
  const ask = async () => {
    asked += 1;
    if (asked === 1) throw new PeerGone('deliver: it is gone', false);
    return asked;
  };
  assert.equal(await askAgain(async () => here, ask), 2);
});

test('what may have begun is not begun again, and the second leave is the answer', async () => {
  const [here, there] = await channelPair();
  await using _here = here;
  await using _there = there;
  for (const [mayHaveBegun, times] of [
    [true, 1],
    [false, 2],
  ] as const) {
    let asked = 0;
    const ask = async () => {
      asked += 1;
      throw new PeerGone('deliver: it is gone', mayHaveBegun);
    };
    await assert.rejects(
      askAgain(async () => here, ask),
      PeerGone,
    );
    assert.equal(asked, times);
  }
});
