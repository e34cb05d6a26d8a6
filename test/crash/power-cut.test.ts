import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeSweep } from './describe-sweep.ts';
import { sweep } from './sweep.ts';

const KILLS = 100;

test(`[T-crash 1][T-crash 3] SIGKILL ${KILLS} times, and of the mailboxes only what was synced is left: no promise is broken`, async (t) => {
  const report = await sweep(KILLS, { cutPowerEvery: 1 });
  t.diagnostic(describeSweep(report));
  assert.ok(report.hitOpen * 2 >= KILLS, `only ${report.hitOpen} kills hit an open transaction`);
  assert.ok(report.powerCuts * 2 >= KILLS, `only ${report.powerCuts} power cuts came before a checkpoint`);
});
