// IDLE: the client hears of changes as they happen, until it says DONE. RFC 2177.

import { ask, type Move } from '../move.ts';
import type { LiveState } from '../state.ts';

const IDLE: Move = { kind: 'idle' };

export function runIdle(_command: unknown, state: LiveState): Move {
  return state.phase === 'selected'
    ? ask<'refresh'>({ kind: 'refresh', mailbox: state.mailbox.name }, () => IDLE)
    : IDLE;
}
