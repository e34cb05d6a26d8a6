// A machine that is at its limits may refuse a new process. The supervisor is the last that may fall over that.

import assert from 'node:assert/strict';
import { execFileSync, type SendHandle } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { Child } from './child.ts';
import { Introductions } from './introductions.ts';
import { type KeeperOptions, ProcessKeeper } from './process-keeper.ts';

const DESCRIPTORS = 64;

/** Resolves with the process that runs, however often it had to be tried. */
async function startOf(introductions: Introductions, notes: string[], work: () => ProcessKeeper): Promise<void> {
  const { promise: running, resolve } = Promise.withResolvers<Child>();
  const started = introductions.started.bind(introductions);
  introductions.started = (child) => {
    started(child);
    if (child.pid > 0) resolve(child);
  };
  const keeper = work();
  assert.deepEqual([keeper.pid, notes], [0, []]);
  limitDescriptors(4_096);
  const child = await running;
  keeper.kill();
  await child.ended;
}

function limitDescriptors(most: number): void {
  execFileSync('prlimit', ['--pid', String(process.pid), `--nofile=${most}:4096`]);
}

function takeAllDescriptors(): number[] {
  const taken: number[] = [];
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'));
  } catch {
    return taken;
  }
}

function optionsOf(introductions: Introductions, notes: string[]): KeeperOptions {
  return {
    role: 'spool',
    args: [],
    credentials: undefined,
    introductions,
    handle: () => ({}) as SendHandle,
    ready: () => undefined,
    replaced: () => undefined,
    alive: () => undefined,
    note: (_level, text) => notes.push(text),
    asked: () => undefined,
  };
}

test('a process that cannot be started, for all descriptors are taken, is started when there are some', async () => {
  const notes: string[] = [];
  const introductions = new Introductions();
  // Somebody to be made known to.
  introductions.started({ role: 'outbound', tell: () => undefined } as unknown as Child);
  limitDescriptors(DESCRIPTORS);
  const taken = takeAllDescriptors();
  try {
    await startOf(introductions, notes, () => {
      const keeper = new ProcessKeeper(optionsOf(introductions, notes));
      // `prlimit` needs some itself.
      for (const descriptor of taken.splice(0, 20)) closeSync(descriptor);
      return keeper;
    });
  } finally {
    for (const descriptor of taken) closeSync(descriptor);
  }
  assert.match(notes.join('\n'), /the spool .* ended: spawn .*EMFILE/);
});

test('a start that fails at once is the end of that process, and of no other', async () => {
  const child = new Child(
    () => {
      throw new Error('spawn ENOMEM');
    },
    { role: 'spool', heard: () => undefined },
  );
  child.tell({ kind: 'ping' });
  child.kill();
  await child.stop();
  assert.deepEqual([child.pid, child.isRunning, await child.ended], [0, false, 'spawn ENOMEM']);
});
