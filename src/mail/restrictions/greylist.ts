// Greylisting: who comes for the first time shall come again. Our own restriction; its words are postgrey's.

import { ask, type Inquiry } from './fact.ts';
import { plain } from './kinds.ts';
import { deferIfPermit, type Opinion } from './opinion.ts';
import type { JudgedCommand, RestrictionKinds } from './restriction.ts';

function* checkGreylist({ subject }: JudgedCommand): Inquiry<Opinion | undefined> {
  const answer = yield* ask({ kind: 'greylist' });
  // A memory that cannot be asked holds nobody's mail up.
  if (answer.kind !== 'wait') return undefined;
  const text = `<${subject.name}>: ${subject.what} rejected: Greylisted, try again in ${answer.seconds} seconds`;
  return deferIfPermit(450, '2.0', text);
}

export const GREYLIST: RestrictionKinds = { check_greylist: plain('recipient', checkGreylist, { kind: 'greylist' }) };
