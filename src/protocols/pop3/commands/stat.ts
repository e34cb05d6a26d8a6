// STAT: how many messages, how many octets; those marked as deleted do not count. RFC 1939 §5.

import type { Pop3Command } from '../command.ts';
import { ok } from '../reply.ts';
import { refuse, say } from '../step.ts';

export const stat: Pop3Command = {
  transaction(state, argument) {
    if (argument !== undefined) return refuse(state, 'STAT takes no argument');
    return say(state, ok(`${state.maildrop.count} ${state.maildrop.sizeBytes}`));
  },
};
