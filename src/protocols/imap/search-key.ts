// What SEARCH looks for, as a tree of a few kinds: keys that say the same (FROM and HEADER FROM, NEW and RECENT UNSEEN)
// are one kind here. RFC 3501 §6.4.4, RFC 7162 §3.1.5.

import type { SequenceSet } from './sequence-set.ts';

/** Days since 1970-01-01. A message's day is that of its date as written, without regard to time and zone. */
export type Day = number;

export type SearchKey =
  | { readonly kind: 'all' }
  /** A set of message numbers; `*` is the last message. */
  | { readonly kind: 'sequence'; readonly set: SequenceSet }
  | { readonly kind: 'uid'; readonly set: SequenceSet }
  /** System flags bear their canonical name (`\Seen`); anything else is a keyword. */
  | { readonly kind: 'flag'; readonly flag: string; readonly present: boolean }
  | { readonly kind: 'recent'; readonly present: boolean }
  /** `name` is lower-case; an empty `text` asks only whether the field is there. */
  | { readonly kind: 'header'; readonly name: string; readonly text: string }
  | { readonly kind: 'body'; readonly text: string }
  /** Header or body. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'size'; readonly comparison: 'larger' | 'smaller'; readonly sizeBytes: number }
  | {
      readonly kind: 'date';
      /** `internal`: BEFORE, ON, SINCE; `sent` (the Date field): SENTBEFORE, SENTON, SENTSINCE. */
      readonly of: 'internal' | 'sent';
      readonly comparison: 'before' | 'on' | 'since';
      readonly day: Day;
    }
  /** Changed at this mod-sequence or later. */
  | { readonly kind: 'modseq'; readonly atLeast: number }
  | { readonly kind: 'not'; readonly key: SearchKey }
  | { readonly kind: 'and'; readonly keys: readonly SearchKey[] }
  | { readonly kind: 'or'; readonly keys: readonly [SearchKey, SearchKey] };
