// PASS: the password, spaces included, right after USER. RFC 1939 §7.

import type { Pop3Command } from '../command.ts';
import { ask, refuse } from '../step.ts';

export const pass: Pop3Command = {
  authorization(state, argument) {
    if (!state.session.secure) return refuse(state, 'Say STLS first: passwords are not taken in clear');
    if (state.user === undefined) return refuse(state, 'USER comes first');
    if (argument === undefined || argument === '') return refuse(state, 'The form is: PASS password');
    return ask(state.session, { kind: 'check-password', user: state.user, password: argument });
  },
};
