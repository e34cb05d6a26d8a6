// TOP: the header and the first lines of the body. RFC 1939 §7.

import { parseTwoNumbers } from '../arguments.ts';
import type { Pop3Command } from '../command.ts';
import { error, ok } from '../reply.ts';
import { refuse, say } from '../step.ts';

export const top: Pop3Command = {
  transaction(state, argument) {
    const numbers = parseTwoNumbers(argument);
    if (numbers === undefined) return refuse(state, 'The form is: TOP message-number lines');
    const [number, bodyLines] = numbers;
    const message = state.maildrop.find(number);
    if (message === undefined) return say(state, error('No such message'));
    const found = ok('The top of the message follows');
    const gone = error('The message was removed meanwhile');
    return { state, effects: [{ kind: 'send-message', message, bodyLines, found, gone }] };
  },
};
