import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { untilIdle } from './idleness.ts';

type Kind = 'make-room' | 'stop';

const LOOK_MS = 1_000;
const OLD = () => 1e9;

function linkWith(quietMs: () => number) {
  const said: ((value: { kind: Kind }) => void)[] = [];
  return {
    peers: { channels: () => [{ quietMs: quietMs() }, { quietMs: 1e9 }] },
    next: () => new Promise<{ kind: Kind }>((resolve) => said.push(resolve)),
    say: (kind: Kind) => said.shift()?.({ kind }),
  };
}

/** When everybody has heard what was said before. */
async function hasEnded(ending: Promise<void>): Promise<boolean> {
  let isOver = false;
  void ending.then(() => {
    isOver = true;
  });
  await setImmediate();
  return isOver;
}

test('a process on demand ends when it was quiet for long, and not while something goes on', async ({ mock }) => {
  mock.timers.enable({ apis: ['setInterval'] });
  let quietMs = 0;
  let isBusy = true;
  const ending = untilIdle(
    linkWith(() => quietMs),
    { longestIdleMs: 50, isBusy: () => isBusy, ageMs: OLD },
  );
  mock.timers.tick(LOOK_MS);
  assert.equal(await hasEnded(ending), false, 'something is being answered');
  quietMs = 60;
  mock.timers.tick(LOOK_MS);
  assert.equal(await hasEnded(ending), false, 'it says that it is busy');
  isBusy = false;
  mock.timers.tick(LOOK_MS);
  assert.equal(await hasEnded(ending), true);
});

test('others wait for its place: it stays while it has something to do', async ({ mock }) => {
  mock.timers.enable({ apis: ['setInterval'] });
  let quietMs = 0;
  const link = linkWith(() => quietMs);
  const ending = untilIdle(link, { ageMs: OLD });
  link.say('make-room');
  assert.equal(await hasEnded(ending), false);
  quietMs = LOOK_MS;
  link.say('make-room');
  assert.equal(await hasEnded(ending), true);
});

test('[C43] who is awaited ends for others who wait for its place, and not by itself', async ({ mock }) => {
  mock.timers.enable({ apis: ['setInterval'] });
  let isAwaited = true;
  const link = linkWith(() => OLD());
  const ending = untilIdle(link, { isAwaited: () => isAwaited, ageMs: OLD });
  mock.timers.tick(LOOK_MS);
  assert.equal(await hasEnded(ending), false);
  link.say('make-room');
  assert.equal(await hasEnded(ending), true);
  const alone = untilIdle(linkWith(OLD), { isAwaited: () => isAwaited, ageMs: OLD });
  isAwaited = false;
  mock.timers.tick(LOOK_MS);
  assert.equal(await hasEnded(alone), true);
});

test('it ends at once when it is told to', async () => {
  const link = linkWith(() => 0);
  const ending = untilIdle(link, { isBusy: () => true });
  link.say('stop');
  assert.equal(await hasEnded(ending), true);
});
