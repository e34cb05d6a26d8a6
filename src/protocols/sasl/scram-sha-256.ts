// SCRAM-SHA-256: the password never crosses the wire, and the server proves that it knows the account too. RFC 5802 §5,
// RFC 7677. Channel binding: SCRAM-SHA-256-PLUS is not offered, so a client that asks for it (`p=`) is refused, and one
// that says `y` is right to believe that we have none; either way the flag is signed (RFC 5802 §6).

import { isProof, serverSignature } from './scram-keys.ts';
import {
  type ClientFirstMessage,
  formatServerFinalMessage,
  formatServerFirstMessage,
  parseClientFinalMessage,
  parseClientFirstMessage,
} from './scram-messages.ts';
import { INVALID_CREDENTIALS, MALFORMED, NO_DATA, type SaslStep, type ScramVerifier } from './step.ts';

/** `serverNonce`: printable ASCII without commas, fresh for every exchange. */
export function startScramSha256(serverNonce: string): SaslStep {
  return { kind: 'challenge', data: NO_DATA, respond: (response) => readFirst(serverNonce, response) };
}

function readFirst(serverNonce: string, response: Buffer): SaslStep {
  const first = parseClientFirstMessage(response);
  if (first === undefined) return MALFORMED;
  if (typeof first.channelBinding === 'object') return { kind: 'failure', reason: 'channel-binding-unsupported' };
  return { kind: 'ask-keys', login: first.username, answer: (keys) => sayFirst(first, serverNonce, keys) };
}

function sayFirst(first: ClientFirstMessage, serverNonce: string, keys: ScramVerifier): SaslStep {
  const nonce = first.nonce + serverNonce;
  const serverFirst = formatServerFirstMessage({ nonce, salt: keys.salt, iterations: keys.iterations });
  return {
    kind: 'challenge',
    data: Buffer.from(serverFirst),
    respond: (response) => readFinal({ first, nonce, serverFirst, keys }, response),
  };
}

interface Exchange {
  readonly first: ClientFirstMessage;
  readonly nonce: string;
  readonly serverFirst: string;
  readonly keys: ScramVerifier;
}

function readFinal({ first, nonce, serverFirst, keys }: Exchange, response: Buffer): SaslStep {
  const final = parseClientFinalMessage(response);
  if (final === undefined || final.nonce !== nonce) return MALFORMED;
  if (!final.channelBinding.equals(Buffer.from(first.gs2Header))) return MALFORMED;
  const authMessage = `${first.bare},${serverFirst},${final.withoutProof}`;
  if (!isProof(keys.storedKey, authMessage, final.proof)) return INVALID_CREDENTIALS;
  const data = Buffer.from(formatServerFinalMessage(serverSignature(keys.serverKey, authMessage)));
  return { kind: 'success', authzid: first.authzid, data };
}
