import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeSweep } from './describe-sweep.ts';
import { sweep } from './sweep.ts';

const KILLS = 100;
/** Ten times what a machine may need that does nothing else. */
const LONGEST_START_MS = 100_000;

test(`[T-crash 1][C42] SIGKILL ${KILLS} times among SMTP, APPEND, EXPUNGE and MOVE: no promise is broken`, async (t) => {
  const report = await sweep(KILLS);
  t.diagnostic(describeSweep(report));
  assert.ok(report.hitOpen * 2 >= KILLS, `only ${report.hitOpen} kills hit an open transaction`);
  assert.ok(report.slowestStartMs < LONGEST_START_MS, '[I5]');
});
