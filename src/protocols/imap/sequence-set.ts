// Sequence sets of message numbers or UIDs. `*` stays a symbol until the mailbox is known. RFC 3501 §9 (sequence-set),
// RFC 9051 §9.

import { type Intervals, mergeIntervals } from '#base/intervals.ts';

/** `*` is the highest number in use. */
export type SequenceNumber = number | '*';

/** As written: `first` may be greater than `last`, which means the same set. */
export interface SequenceRange {
  readonly first: SequenceNumber;
  readonly last: SequenceNumber;
}

/** Never empty. */
export type SequenceSet = readonly SequenceRange[];

/**
 * The numbers meant, in a mailbox whose highest number is `highest`; nothing where the mailbox is empty. Not cut at
 * `highest`: for message numbers that is the session's error to report, for UIDs unknown ones are passed over.
 */
export function resolveSequenceSet(set: SequenceSet, highest: number): Intervals {
  if (highest === 0) return [];
  return mergeIntervals(
    set.map(({ first, last }) => {
      const a = first === '*' ? highest : first;
      const b = last === '*' ? highest : last;
      return a <= b ? { first: a, last: b } : { first: b, last: a };
    }),
  );
}
