// From a machine where nothing is set up to mail in both directions: `valija setup`, on a machine of its own (network, /etc,
// state), with a real authority. What happens there is in `setup/on-an-empty-machine.ts`.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findProgram, runProgram } from '../interop/real-program.ts';
import { copyCheckout } from '../world/readable-checkout.ts';

const isPossible =
  process.getuid?.() === 0 && ['unshare', 'pebble', 'expect'].every((name) => findProgram(name) !== undefined);
/** On a busy machine; some dozens of commands are run. */
const PATIENCE_MS = 1_500_000;
const ROOM = join(import.meta.dirname, '../world/empty-machine.sh');
const INSIDE = join(import.meta.dirname, 'setup/on-an-empty-machine.ts');

test('[C51] [C72] an empty machine is set up: planned, undone, done with twelve answers at most, and done again', {
  skip: !isPossible && 'needs root, unshare, pebble and expect',
}, async (t) => {
  using copy = copyCheckout();
  const folder = mkdtempSync(join(tmpdir(), 'valija-machine-'));
  try {
    const own = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
    const words = [...own, 'sh', ROOM, folder, '192.0.2.10', '192.0.2.20', process.execPath, INSIDE];
    const run = await runProgram('unshare', [...words, copy.checkout], { patienceMs: PATIENCE_MS });
    assert.equal(run.code, 0, `${run.output}\n${run.errors}`);
    for (const line of run.output.split('\n')) if (/^(?:answers|from setup)/.test(line)) t.diagnostic(line);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
