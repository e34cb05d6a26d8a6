// Sorts a hundred thousand things without holding up anybody: pieces first, then runs of them, merged two by two.

import { Pace, STEP_ITEMS, type Steps } from '#base/steps.ts';

type Compare<T> = (a: T, b: T) => number;

export function* sortInSteps<T>(items: readonly T[], compare: Compare<T>): Steps<T[]> {
  let runs: T[][] = [];
  for (let start = 0; start < items.length; start += STEP_ITEMS) {
    runs.push(items.slice(start, start + STEP_ITEMS).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const longer: T[][] = [];
    for (let i = 0; i < runs.length; i += 2) longer.push(yield* merge(runs[i] ?? [], runs[i + 1] ?? [], compare));
    runs = longer;
  }
  return runs[0] ?? [];
}

function* merge<T>(left: readonly T[], right: readonly T[], compare: Compare<T>): Steps<T[]> {
  const pace = new Pace();
  const merged: T[] = [];
  let at = 0;
  for (const item of left) {
    for (let next = right[at]; next !== undefined && compare(next, item) < 0; next = right[++at]) {
      merged.push(next);
      if (pace.isDue()) yield;
    }
    merged.push(item);
    if (pace.isDue()) yield;
  }
  for (; at < right.length; at++) {
    merged.push(right[at] as T);
    if (pace.isDue()) yield;
  }
  return merged;
}
