// AUTHENTICATE: carries a SASL exchange line by line; who may log in is decided elsewhere. RFC 3501 §6.2.2, RFC 4959.

import { parseBase64 } from '#protocols/sasl/base64.ts';
import type { AuthenticateCommand } from '../command.ts';
import { ask, bad, type Move } from '../move.ts';
import type { LoginAnswer } from '../question.ts';
import type { LiveState } from '../state.ts';
import { finishLogin, privacyRequired } from './login.ts';

export function runAuthenticate({ mechanism, initialResponse }: AuthenticateCommand, state: LiveState): Move {
  if (!state.facts.secure) return privacyRequired();
  return ask<'begin-sasl'>({ kind: 'begin-sasl', mechanism, initialResponse }, (answer) => goOn(answer, state));
}

function goOn(answer: LoginAnswer, state: LiveState): Move {
  if (answer.kind === 'challenge') return challenge(answer.data, (response) => hear(response, state));
  // IMAP's OK has no room for the server's last words: they go first, and the client answers with an empty line.
  if (answer.kind === 'accepted' && answer.data !== undefined) {
    return challenge(answer.data, (response) =>
      response === '' ? finishLogin(answer, state.facts) : bad('Cancelled'),
    );
  }
  return finishLogin(answer, state.facts);
}

function hear(line: string, state: LiveState): Move {
  const response = line === '*' ? 'cancel' : (parseBase64(line) ?? 'cancel');
  return ask<'continue-sasl'>({ kind: 'continue-sasl', response }, (answer) => goOn(answer, state));
}

function challenge(data: Buffer, resume: (response: string) => Move): Move {
  return { kind: 'challenge', text: data.toString('base64'), resume };
}
