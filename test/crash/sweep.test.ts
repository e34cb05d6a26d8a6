import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sweep } from './sweep.ts';

const ROUNDS = Number(process.env['VALIJA_CRASH_ROUNDS'] ?? 10);

test(`[T-crash 1][C42] SIGKILL ${ROUNDS} times among SMTP, APPEND, EXPUNGE and MOVE: no promise is broken`, async (t) => {
  const { hitOpen, acknowledged } = await sweep(ROUNDS);
  t.diagnostic(`${ROUNDS} kills, ${hitOpen} while a transaction was open, ${acknowledged} acknowledgements`);
  assert.ok(hitOpen * 2 >= ROUNDS, `only ${hitOpen} kills hit an open transaction`);
});
