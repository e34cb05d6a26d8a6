// USER: the name; PASS follows. RFC 1939 §7. Answered the same whether the name exists or not.

import { isIdentity } from '#protocols/sasl/identity.ts';
import type { Pop3Command } from '../command.ts';
import { ok } from '../reply.ts';
import { refuse, say } from '../step.ts';

export const user: Pop3Command = {
  authorization(state, argument) {
    if (!state.session.secure) return refuse(state, 'Say STLS first: passwords are not taken in clear');
    if (argument === undefined || !isIdentity(argument)) return refuse(state, 'The form is: USER name');
    return say({ ...state, user: argument }, ok('Now the password'));
  },
};
