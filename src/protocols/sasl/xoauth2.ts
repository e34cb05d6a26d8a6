// XOAUTH2: what OAUTHBEARER grew out of, and what mail programs of today mostly speak. No RFC has it; the form is that of
// Google's and Microsoft's descriptions: `user=NAME^Aauth=Bearer TOKEN^A^A`, and refusals with a number of HTTP.

import { decodeBearerMessage, parseBearer, parsePairs } from './bearer-message.ts';
import { isIdentity } from './identity.ts';
import type { BearerMessage } from './oauth-bearer.ts';
import { MALFORMED, NO_DATA, type SaslStep } from './step.ts';
import type { SaslSurroundings } from './surroundings.ts';
import type { TokenRefusal } from './token-refusal.ts';

const HTTP_STATUS: Readonly<Record<TokenRefusal, string>> = {
  invalid_request: '400',
  invalid_token: '401',
  insufficient_scope: '403',
};

export function startXoauth2({ tokenHints }: SaslSurroundings): SaslStep {
  return { kind: 'challenge', data: NO_DATA, respond: (response) => readMessage(response, tokenHints.scope) };
}

export function parseXoauth2Message(octets: Buffer): BearerMessage | undefined {
  const text = decodeBearerMessage(octets);
  const pairs = text === undefined ? undefined : parsePairs(text);
  const login = pairs?.get('user');
  const token = parseBearer(pairs?.get('auth'));
  return login === undefined || !isIdentity(login) || token === undefined ? undefined : { login, token };
}

function readMessage(response: Buffer, scope: string | undefined): SaslStep {
  const message = parseXoauth2Message(response);
  if (message === undefined) return MALFORMED;
  return {
    kind: 'ask-token',
    ...message,
    proceed: () => ({ kind: 'success', authzid: message.login, data: undefined }),
    explain: (refusal) => Buffer.from(JSON.stringify({ status: HTTP_STATUS[refusal], schemes: 'bearer', scope })),
  };
}
