// What looks for broken promises is looked at itself: each way to break one must be found, by the sweep's oracle or by the
// audit of what strace saw (`write-order.test.ts`).

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { environmentOf, MUTANTS, type MutantName, mutate } from './mutants.ts';
import { sweep } from './sweep.ts';

/** One is enough most times; a promise may be kept by chance. */
const MOST_KILLS = 60;

/** Which invariant shows it first is chance: what was never written down comes back after an expunge, or is there twice after a move. */
const FOUND_BY_THE_SWEEP: readonly MutantName[] = [
  'says 250 before the append',
  'does not replay the journal',
  'does not keep the UID in the journal',
];
const BROKEN_INVARIANT = /\[I[1-6]\]/;

for (const name of FOUND_BY_THE_SWEEP) {
  test(`[T-crash 1] the sweep finds a worker that ${name}`, async (t) => {
    let kills = 0;
    const environment = environmentOf(name);
    const swept = sweep(MOST_KILLS, { environment, cutPowerEvery: 2, tell: () => kills++ });
    await assert.rejects(
      swept,
      (error: Error) => error instanceof assert.AssertionError && BROKEN_INVARIANT.test(error.message),
    );
    t.diagnostic(`found after ${kills} kills`);
  });
}

test('each mutant is one text of the product, which stands there once', () => {
  for (const mutant of Object.values(MUTANTS)) {
    const source = readFileSync(join(import.meta.dirname, '../../src', mutant.file), 'utf8');
    assert.notEqual(mutate(mutant, source), source);
    assert.throws(() => mutate(mutant, source.replace(mutant.text, '')), /stands 0 times/);
  }
});
