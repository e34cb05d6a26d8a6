// AUTH: a SASL exchange, with or without an initial response. RFC 5034 §4.
//
//   auth-command     = "AUTH" SP sasl-mech [SP initial-response] *(CRLF [base64]) [CRLF cancel-response] CRLF
//   initial-response = base64 / "="
//   cancel-response  = "*"

import { parseInitialResponse } from '#protocols/sasl/base64.ts';
import type { Pop3Command } from '../command.ts';
import { ask, refuse } from '../step.ts';

const SASL_MECH = /^[A-Za-z0-9_-]{1,20}$/;

export const auth: Pop3Command = {
  authorization(state, argument) {
    if (!state.session.secure) return refuse(state, 'Say STLS first: nobody logs in in clear');
    const [mechanism, initial, ...rest] = argument?.split(' ', 3) ?? [];
    if (mechanism === undefined || !SASL_MECH.test(mechanism) || rest.length > 0) {
      return refuse(state, 'The form is: AUTH mechanism [initial-response]');
    }
    const response = initial === undefined ? undefined : parseInitialResponse(initial);
    if (initial !== undefined && response === undefined) return refuse(state, 'The initial response is not base64');
    return ask(state.session, { kind: 'begin-login', mechanism: mechanism.toUpperCase(), response });
  },
};
