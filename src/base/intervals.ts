// Sets of positive integers as sorted, disjoint, inclusive intervals: sequence sets, UID sets, byte counts. A set that
// a client wrote in ten characters may stand for four thousand million numbers, so it is never spelled out.

export interface Interval {
  readonly first: number;
  readonly last: number;
}

/** Sorted, disjoint, never adjacent. */
export type Intervals = readonly Interval[];

/** Any intervals, in any order, overlapping or not. */
export function mergeIntervals(intervals: readonly Interval[]): Intervals {
  const sorted = [...intervals].sort((a, b) => a.first - b.first);
  const merged: { first: number; last: number }[] = [];
  for (const { first, last } of sorted) {
    const previous = merged.at(-1);
    if (previous !== undefined && first <= previous.last + 1) previous.last = Math.max(previous.last, last);
    else merged.push({ first, last });
  }
  return merged;
}

/** Logarithmic. */
export function includesNumber(intervals: Intervals, number: number): boolean {
  let low = 0;
  let high = intervals.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const interval = intervals[middle];
    if (interval === undefined) return false;
    if (number < interval.first) high = middle - 1;
    else if (number > interval.last) low = middle + 1;
    else return true;
  }
  return false;
}

/** Runs of numbers in the order given: a step of one goes on with a run, anything else starts the next. */
export function runsOf(numbers: Iterable<number>): Interval[] {
  const runs: { first: number; last: number }[] = [];
  let run: { first: number; last: number } | undefined;
  for (const number of numbers) {
    if (run !== undefined && number === run.last + 1) run.last = number;
    else {
      run = { first: number, last: number };
      runs.push(run);
    }
  }
  return runs;
}
