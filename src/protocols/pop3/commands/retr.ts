// RETR: a message. RFC 1939 §5.

import { parseMessageNumber } from '../arguments.ts';
import type { Pop3Command } from '../command.ts';
import { error, ok } from '../reply.ts';
import { refuse, say } from '../step.ts';

export const retr: Pop3Command = {
  transaction(state, argument) {
    const number = parseMessageNumber(argument);
    if (number === undefined) return refuse(state, 'The form is: RETR message-number');
    const message = state.maildrop.find(number);
    if (message === undefined) return say(state, error('No such message'));
    const found = ok(`${message.sizeBytes} octets`);
    const gone = error('The message was removed meanwhile');
    return { state, effects: [{ kind: 'send-message', message, bodyLines: undefined, found, gone }] };
  },
};
