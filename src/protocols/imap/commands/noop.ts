// NOOP and CHECK: a look at what other programs did to the files; what the client then hears comes with every
// command's end. RFC 3501 §6.1.2, §6.4.1.

import { ask, completed, type Move } from '../move.ts';
import type { LiveState } from '../state.ts';

export function runNoop({ kind }: { readonly kind: 'noop' | 'check' }, state: LiveState): Move {
  const completion = completed(`${kind.toUpperCase()} completed`);
  return state.phase === 'selected'
    ? ask<'refresh'>({ kind: 'refresh', mailbox: state.mailbox.name }, () => completion)
    : completion;
}
