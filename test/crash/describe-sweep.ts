// What a sweep showed, in one line: for a person, and for the page that records a long one.

import type { SweepReport } from './sweep.ts';

export function describeSweep({ kills, hitOpen, powerCuts, acknowledged, slowestStartMs }: SweepReport): string {
  const first = `${kills} kills, ${hitOpen} of them while a transaction was open, ${powerCuts} with the power gone too`;
  const start = `the slowest start took ${Math.round(slowestStartMs)} ms`;
  return `${first}; ${acknowledged} acknowledgements, none broken; ${start}`;
}
