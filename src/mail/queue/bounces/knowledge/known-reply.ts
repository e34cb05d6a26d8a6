// One thing that servers say, in whatever words, and what a person should know of it.

import type { BounceLanguage } from '../report-input.ts';

/** Who can change it; `time` where waiting is all there is to do. */
export type Mender = 'sender' | 'recipient' | 'their-administrator' | 'our-administrator' | 'time';

export interface Advice {
  /** What happened: one sentence or two. */
  readonly what: string;
  /** What whoever can mend it does. */
  readonly how: string;
}

/** Lower-case. Of a list every piece must be there, in any order. */
export type Phrase = string | readonly [string, ...string[]];

export interface KnownReply extends Readonly<Record<BounceLanguage, Advice>> {
  readonly name: string;
  /** One of them is enough. The first entry that fits is taken, in the order of `all.ts`. */
  readonly when: readonly Phrase[];
  /** Only for replies of that class; absent: both. */
  readonly only?: 'temporary' | 'permanent';
  /** Subject and detail of RFC 3463, `2.2`: what it means where none of the words is known. */
  readonly statuses?: readonly string[];
  readonly mender: Mender;
}
