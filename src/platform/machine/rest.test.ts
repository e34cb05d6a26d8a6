import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { REST_LIMITS, Rest } from './rest.ts';

const MB = 1024 * 1024;
const CALM = REST_LIMITS.looksBefore;

/** What a thread was asked to do, and how it is while it is looked at. */
class MadeUpThread {
  share = 0;
  aliveBytes = 20 * MB;
  usedBytes = 40 * MB;
  heldBytes = 60 * MB;
  readonly done: string[] = [];

  busyShare(): number {
    return this.share;
  }

  memory() {
    return { usedBytes: this.usedBytes, aliveBytes: this.aliveBytes, heldBytes: this.heldBytes };
  }

  collect(): void {
    this.done.push('collect');
    this.usedBytes = this.aliveBytes;
  }

  releasePages(): void {
    this.done.push('release');
    this.heldBytes = 30 * MB;
  }

  trim(): void {
    this.done.push('trim');
  }
}

function lookTimes(rest: Rest, times: number): void {
  for (let i = 0; i < times; i++) rest.look();
}

test('a thread that comes to rest is collected, its pages are released, and what was freed goes back, each once', () => {
  const thread = new MadeUpThread();
  const rest = new Rest(thread);
  thread.share = 0.9;
  lookTimes(rest, 5);
  assert.deepEqual(thread.done, []);
  thread.share = 0;
  lookTimes(rest, CALM - 1);
  assert.deepEqual(thread.done, [], 'a pause is no rest');
  lookTimes(rest, 10);
  assert.deepEqual(thread.done, ['collect', 'release', 'trim']);
});

test('work that comes between two steps ends them: they begin anew when it is over', () => {
  const thread = new MadeUpThread();
  const rest = new Rest(thread);
  lookTimes(rest, CALM);
  thread.share = 0.5;
  lookTimes(rest, 3);
  assert.deepEqual(thread.done, ['collect']);
  thread.share = 0.01;
  lookTimes(rest, CALM + 2);
  assert.deepEqual(thread.done, ['collect', 'collect', 'release', 'trim']);
});

test('after a burst that left little in the heap only what the C library freed goes back', () => {
  const thread = new MadeUpThread();
  const rest = new Rest(thread);
  lookTimes(rest, CALM + 3);
  thread.done.length = 0;
  thread.share = 1;
  thread.heldBytes += REST_LIMITS.worthBytes - 1;
  lookTimes(rest, 2);
  thread.share = 0;
  lookTimes(rest, CALM + 3);
  assert.deepEqual(thread.done, ['trim']);
});

test('what little work leaves behind adds up, and is collected when it is worth it', () => {
  const thread = new MadeUpThread();
  const rest = new Rest(thread);
  lookTimes(rest, CALM + 3);
  thread.done.length = 0;
  thread.heldBytes += REST_LIMITS.worthBytes;
  lookTimes(rest, CALM + 3);
  assert.deepEqual(thread.done, ['collect', 'release', 'trim']);
});

test('what V8 gave back itself counts as new when it is taken again', () => {
  const thread = new MadeUpThread();
  const rest = new Rest(thread);
  lookTimes(rest, CALM + 3);
  thread.done.length = 0;
  thread.heldBytes -= 10 * MB;
  lookTimes(rest, 2);
  thread.heldBytes += REST_LIMITS.worthBytes;
  lookTimes(rest, CALM + 3);
  assert.deepEqual(thread.done, ['collect', 'release', 'trim']);
});

test('a heap that takes long to walk through is never collected at a stretch', () => {
  const thread = new MadeUpThread();
  thread.aliveBytes = REST_LIMITS.collectedBytes + 1;
  thread.usedBytes = REST_LIMITS.collectedBytes + 1;
  thread.heldBytes = 2 * REST_LIMITS.collectedBytes;
  lookTimes(new Rest(thread), CALM + 3);
  assert.deepEqual(thread.done, ['trim']);
});

test('what is dead takes no time: a large heap with little alive is collected', () => {
  const thread = new MadeUpThread();
  thread.usedBytes = 4 * REST_LIMITS.collectedBytes;
  thread.heldBytes = 5 * REST_LIMITS.collectedBytes;
  lookTimes(new Rest(thread), CALM + 3);
  assert.deepEqual(thread.done, ['collect', 'release', 'trim']);
});

test('of a heap with much that is alive the dead objects go, and its pages stay', () => {
  const thread = new MadeUpThread();
  thread.aliveBytes = REST_LIMITS.releasedBytes + 1;
  thread.usedBytes = REST_LIMITS.collectedBytes;
  thread.heldBytes = 2 * REST_LIMITS.collectedBytes;
  lookTimes(new Rest(thread), CALM + 3);
  assert.deepEqual(thread.done, ['collect', 'trim']);
});

const BURST = `
  import { readFileSync } from 'node:fs';
  import { giveBackAtRest } from ${JSON.stringify(new URL('./rest.ts', import.meta.url).href)};
  const held = () => Number(/^Pss_Anon: +(\\d+) kB/m.exec(readFileSync('/proc/self/smaps_rollup', 'latin1'))[1]) / 1024;
  giveBackAtRest();
  globalThis.kept = Array.from({ length: 20_000 }, (_, i) => ({ octets: Buffer.alloc(4_096, 1), objects: [{ i }, { i }] }));
  const peakMb = held();
  delete globalThis.kept;
  const timer = setInterval(() => {
    if (held() > peakMb - 60) return;
    clearInterval(timer);
    console.log('given back');
  }, 100);
`;

test('of a real burst the system gets most back, without another piece of work', { timeout: 120_000 }, async () => {
  const args = ['--expose-gc', '--input-type=module', '--eval', BURST];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [chunk] = await once(child.stdout, 'data');
    assert.equal(String(chunk).trim(), 'given back');
  } finally {
    child.kill('SIGKILL');
  }
});
