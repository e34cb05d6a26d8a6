// RSET: takes back every DELE. RFC 1939 §5.

import type { Pop3Command } from '../command.ts';
import { ok } from '../reply.ts';
import { refuse, say } from '../step.ts';

export const rset: Pop3Command = {
  transaction(state, argument) {
    if (argument !== undefined) return refuse(state, 'RSET takes no argument');
    state.maildrop.unmarkDeleted();
    return say(state, ok(`${state.maildrop.count} messages (${state.maildrop.sizeBytes} octets)`));
  },
};
