// DELE: marks a message; it goes at QUIT. RFC 1939 §5.

import { parseMessageNumber } from '../arguments.ts';
import type { Pop3Command } from '../command.ts';
import { error, ok } from '../reply.ts';
import { refuse, say } from '../step.ts';

export const dele: Pop3Command = {
  transaction(state, argument) {
    const number = parseMessageNumber(argument);
    if (number === undefined) return refuse(state, 'The form is: DELE message-number');
    const message = state.maildrop.find(number);
    if (message === undefined) return say(state, error('No such message'));
    state.maildrop.markDeleted(message);
    return say(state, ok('Marked as deleted'));
  },
};
