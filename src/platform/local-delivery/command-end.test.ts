// The ends of a command, in every order in which its exit, its time limit and its last words may come: the clock is a made-up one.

import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { mock, test } from 'node:test';
import { type CommandEnd, endOfCommand } from './command-end.ts';

const LIMIT_MS = 1_000;

interface Ending {
  readonly child: EventEmitter & { readonly stdout: PassThrough; readonly stderr: PassThrough };
  /** What was told so far. */
  readonly told: CommandEnd[];
  readonly kills: number[];
  tick(ms: number): Promise<void>;
}

function begin(limitMs = LIMIT_MS): Ending {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
  const child = Object.assign(new EventEmitter(), { stdout: new PassThrough(), stderr: new PassThrough() });
  const told: CommandEnd[] = [];
  const kills: number[] = [];
  let nowMs = 0;
  const ended = endOfCommand(child as unknown as ChildProcess, limitMs, () => kills.push(nowMs));
  void ended.then((end) => told.push(end));
  const tick = async (ms: number) => {
    nowMs += ms;
    mock.timers.tick(ms);
    await Promise.resolve();
  };
  return { child, told, kills, tick };
}

test('[C44] a command that ended in time took the mail, also where its last words come after the limit', async (t) => {
  t.after(() => mock.timers.reset());
  const { child, told, kills, tick } = begin();
  await tick(LIMIT_MS - 1);
  child.emit('exit', 0, null);
  await tick(100);
  assert.deepEqual([told, kills], [[], []], 'its last words are waited for, and what it left behind is left alone');
  child.emit('close');
  await tick(0);
  assert.deepEqual(told, [{ code: 0, signal: null, isOverTime: false }]);
});

test('[C44] a command that ended before it was killed has its own exit status', async (t) => {
  t.after(() => mock.timers.reset());
  const { child, told, kills, tick } = begin();
  // The timer is heard of before the end that came first.
  await tick(LIMIT_MS);
  child.emit('exit', 75, null);
  child.emit('close');
  await tick(0);
  assert.deepEqual([told, kills], [[{ code: 75, signal: null, isOverTime: false }], [LIMIT_MS]]);
});

test('[C44] one that runs on is killed and over its time, and one that somebody else killed is not', async (t) => {
  t.after(() => mock.timers.reset());
  for (const isOverTime of [true, false]) {
    const { child, told, kills, tick } = begin(isOverTime ? LIMIT_MS : 0);
    await tick(LIMIT_MS);
    assert.equal(kills.length, isOverTime ? 1 : 0);
    child.emit('exit', null, 'SIGKILL');
    child.emit('close');
    await tick(0);
    assert.deepEqual(told, [{ code: null, signal: 'SIGKILL', isOverTime }]);
  }
});

test('[C44] whoever keeps the line open for ever is not waited for, nor listened to any longer', async (t) => {
  t.after(() => mock.timers.reset());
  const { child, told, tick } = begin();
  child.emit('exit', 0, null);
  await tick(499);
  assert.deepEqual(told, []);
  await tick(1);
  assert.deepEqual(told, [{ code: 0, signal: null, isOverTime: false }]);
  assert.ok(child.stdout.destroyed && child.stderr.destroyed);
});
