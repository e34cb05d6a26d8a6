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

const FOUND_BY_THE_SWEEP: Readonly<Partial<Record<MutantName, RegExp>>> = {
  // An expunge or a move may come into the journal before the message does: then it comes back, or is there twice.
  'says 250 before the append': /\[I[14]\]/,
  'does not replay the journal': /\[I1\]/,
  'does not keep the UID in the journal': /\[I[13]\]/,
};

for (const [name, complaint] of Object.entries(FOUND_BY_THE_SWEEP)) {
  test(`[T-crash 1] the sweep finds a worker that ${name}`, async (t) => {
    let kills = 0;
    const environment = environmentOf(name as MutantName);
    const swept = sweep(MOST_KILLS, { environment, cutPowerEvery: 2, tell: () => kills++ });
    await assert.rejects(
      swept,
      (error: Error) => error instanceof assert.AssertionError && complaint.test(error.message),
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
