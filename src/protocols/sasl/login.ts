// LOGIN: the name, then the password, each to a prompt. draft-murchison-sasl-login-00. It never became an RFC, and
// Outlook still speaks it. An initial response is taken for the name, as Postfix and Dovecot take it.

import { parseIdentity, parsePassword } from './identity.ts';
import { MALFORMED, type SaslStep } from './step.ts';

// The draft says «User Name» and «Password» with a NUL behind; what clients look for is what everybody sends.
const USERNAME_PROMPT = Buffer.from('Username:');
const PASSWORD_PROMPT = Buffer.from('Password:');

export function startLogin(): SaslStep {
  return { kind: 'challenge', data: USERNAME_PROMPT, respond: readUsername };
}

function readUsername(response: Buffer): SaslStep {
  const login = parseIdentity(response);
  if (login === undefined) return MALFORMED;
  return { kind: 'challenge', data: PASSWORD_PROMPT, respond: (password) => readPassword(login, password) };
}

function readPassword(login: string, response: Buffer): SaslStep {
  const password = parsePassword(response);
  if (password === undefined) return MALFORMED;
  return {
    kind: 'ask-password',
    login,
    password,
    proceed: () => ({ kind: 'success', authzid: '', data: undefined }),
  };
}
