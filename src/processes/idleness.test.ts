import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { untilIdle } from './idleness.ts';

type Kind = 'make-room' | 'stop';

function linkWith(quietMs: () => number) {
  const said: ((value: { kind: Kind }) => void)[] = [];
  return {
    peers: { channels: () => [{ quietMs: quietMs() }, { quietMs: 1e9 }] },
    next: () => new Promise<{ kind: Kind }>((resolve) => said.push(resolve)),
    say: (kind: Kind) => said.shift()?.({ kind }),
  };
}

async function hasEnded(ending: Promise<void>, withinMs: number): Promise<boolean> {
  return await Promise.race([ending.then(() => true), delay(withinMs, false)]);
}

test('a process on demand ends when it was quiet for long, and not while something goes on', async () => {
  let quietMs = 0;
  let isBusy = true;
  const ending = untilIdle(
    linkWith(() => quietMs),
    { longestIdleMs: 50, isBusy: () => isBusy },
  );
  assert.equal(await hasEnded(ending, 1_200), false, 'something is being answered');
  quietMs = 60;
  assert.equal(await hasEnded(ending, 1_200), false, 'it says that it is busy');
  isBusy = false;
  assert.equal(await hasEnded(ending, 1_200), true);
});

test('others wait for its place: it stays while it has something to do', async () => {
  let quietMs = 0;
  const link = linkWith(() => quietMs);
  const ending = untilIdle(link);
  link.say('make-room');
  assert.equal(await hasEnded(ending, 50), false);
  quietMs = 1_000;
  link.say('make-room');
  assert.equal(await hasEnded(ending, 50), true);
});

test('it ends at once when it is told to', async () => {
  const link = linkWith(() => 0);
  const ending = untilIdle(link, { isBusy: () => true });
  link.say('stop');
  assert.equal(await hasEnded(ending, 50), true);
});
