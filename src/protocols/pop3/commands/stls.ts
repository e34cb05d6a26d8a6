// STLS: TLS on this connection; everything said before is forgotten. RFC 2595 §4.

import type { Pop3Command } from '../command.ts';
import { ok } from '../reply.ts';
import { ask, refuse } from '../step.ts';

export const stls: Pop3Command = {
  authorization(state, argument) {
    if (argument !== undefined) return refuse(state, 'STLS takes no argument');
    if (state.session.secure) return refuse(state, 'TLS is on already');
    return ask(state.session, { kind: 'reply', reply: ok('Begin TLS negotiation') }, { kind: 'start-tls' });
  },
};
