// QUIT: leaves; from the TRANSACTION state by way of UPDATE, where what was marked goes. RFC 1939 §4, §6.

import type { Pop3Command } from '../command.ts';
import { error, ok } from '../reply.ts';
import { refuse, sayAndClose } from '../step.ts';

export const quit: Pop3Command = {
  authorization(state, argument) {
    return argument === undefined ? sayAndClose(state.session, ok('Bye')) : refuse(state, 'QUIT takes no argument');
  },

  transaction(state, argument) {
    if (argument !== undefined) return refuse(state, 'QUIT takes no argument');
    const deletedUids = state.maildrop.deletedUids();
    const seenUids = state.maildrop.retrievedUids();
    const done = ok(deletedUids.length === 0 ? 'Bye' : `Bye, ${deletedUids.length} messages deleted`);
    const failed = error('The messages marked as deleted were not removed', 'SYS/TEMP');
    return {
      state: { phase: 'closed', session: state.session },
      effects: [{ kind: 'update', deletedUids, seenUids, done, failed }, { kind: 'close' }],
    };
  },
};
