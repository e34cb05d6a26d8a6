// OAUTHBEARER: a token that somebody else issued proves who the client is. RFC 7628. A refusal is told as JSON in one more
// challenge; what the client answers to that changes nothing. RFC 7628 §3.2.3.
//
//   client-resp = (gs2-header kvsep *kvpair kvsep) / kvsep
//   gs2-header  = gs2-cbind-flag "," [ "a=" saslname ] ","

import { decodeBearerMessage, parseBearer, parsePairs } from './bearer-message.ts';
import { parseSaslname } from './scram-messages.ts';
import { MALFORMED, NO_DATA, type SaslStep } from './step.ts';
import type { SaslSurroundings } from './surroundings.ts';
import type { TokenHints, TokenRefusal } from './token-refusal.ts';

export interface BearerMessage {
  /** Empty where the client leaves it to the token. */
  readonly login: string;
  /** Empty where the client only asks where to get one. RFC 7628 §4.3 */
  readonly token: string;
}

export function startOauthBearer({ tokenHints }: SaslSurroundings): SaslStep {
  return { kind: 'challenge', data: NO_DATA, respond: (response) => readMessage(response, tokenHints) };
}

export function parseOauthBearerMessage(octets: Buffer): BearerMessage | undefined {
  const text = decodeBearerMessage(octets);
  const header = text === undefined ? null : /^[ny],(a=[^,\x01]*)?,\x01/.exec(text);
  if (text === undefined || header === null) return undefined;
  const login = header[1] === undefined ? '' : parseSaslname(header[1].slice(2));
  const pairs = parsePairs(text.slice(header[0].length));
  const auth = pairs?.get('auth');
  const token = auth === '' ? '' : parseBearer(auth);
  return login === undefined || token === undefined ? undefined : { login, token };
}

function readMessage(response: Buffer, hints: TokenHints): SaslStep {
  const message = parseOauthBearerMessage(response);
  if (message === undefined) return MALFORMED;
  return {
    kind: 'ask-token',
    ...message,
    proceed: () => ({ kind: 'success', authzid: message.login, data: undefined }),
    explain: (refusal) => explain(refusal, hints),
  };
}

/** RFC 7628 §3.2.2 */
function explain(status: TokenRefusal, { openidConfiguration, scope }: TokenHints): Buffer {
  return Buffer.from(JSON.stringify({ status, scope, 'openid-configuration': openidConfiguration }));
}
