// SCRAM: the password never crosses the wire, and the server proves that it knows the account too. RFC 5802 §5, RFC 7677.
// With -PLUS the proof holds for this TLS connection alone. A client that says `y` believes that we have no
// -PLUS: where we offered it, somebody in between has taken it out of our list, and the login fails. RFC 5802 §6.

import { findChannelBinding } from './channel-binding.ts';
import { isProof, serverSignature } from './scram-keys.ts';
import {
  type ClientFirstMessage,
  formatServerFinalMessage,
  formatServerFirstMessage,
  parseClientFinalMessage,
  parseClientFirstMessage,
} from './scram-messages.ts';
import {
  INVALID_CREDENTIALS,
  MALFORMED,
  NO_DATA,
  type SaslFailure,
  type SaslStep,
  type ScramHash,
  type ScramVerifier,
} from './step.ts';
import type { SaslSurroundings } from './surroundings.ts';

type Binding = { readonly octets: Buffer } | { readonly failure: SaslFailure };
type Bind = (flag: ClientFirstMessage['channelBinding'], surroundings: SaslSurroundings) => Binding;

type Start = (surroundings: SaslSurroundings) => SaslStep;

export function startScram(hash: ScramHash): Start {
  return (surroundings) => start({ hash, surroundings, bind: bindNothing });
}

export function startScramPlus(hash: ScramHash): Start {
  return (surroundings) => start({ hash, surroundings, bind: bindChannel });
}

function bindNothing(flag: ClientFirstMessage['channelBinding'], { channelBinding }: SaslSurroundings): Binding {
  if (typeof flag === 'object') return { failure: 'channel-binding-unsupported' };
  if (flag === 'y' && channelBinding !== undefined) return { failure: 'channel-binding-downgraded' };
  return { octets: NO_DATA };
}

function bindChannel(flag: ClientFirstMessage['channelBinding'], { channelBinding }: SaslSurroundings): Binding {
  if (typeof flag !== 'object') return { failure: 'malformed' };
  const octets = channelBinding && findChannelBinding(flag.name, channelBinding);
  return octets === undefined ? { failure: 'channel-binding-unsupported' } : { octets };
}

interface Beginning {
  readonly hash: ScramHash;
  readonly surroundings: SaslSurroundings;
  readonly bind: Bind;
}

function start(beginning: Beginning): SaslStep {
  return { kind: 'challenge', data: NO_DATA, respond: (response) => readFirst(beginning, response) };
}

function readFirst({ hash, surroundings, bind }: Beginning, response: Buffer): SaslStep {
  const first = parseClientFirstMessage(response);
  if (first === undefined) return MALFORMED;
  const binding = bind(first.channelBinding, surroundings);
  if ('failure' in binding) return { kind: 'failure', reason: binding.failure };
  const bound = Buffer.concat([Buffer.from(first.gs2Header), binding.octets]);
  const nonce = first.nonce + surroundings.freshNonce();
  const answer = (keys: ScramVerifier) => sayFirst({ hash, first, bound, nonce, keys });
  return { kind: 'ask-keys', login: first.username, hash, answer };
}

function sayFirst(exchange: Omit<Exchange, 'serverFirst'>): SaslStep {
  const { nonce, keys } = exchange;
  const serverFirst = formatServerFirstMessage({ nonce, salt: keys.salt, iterations: keys.iterations });
  return {
    kind: 'challenge',
    data: Buffer.from(serverFirst),
    respond: (response) => readFinal({ ...exchange, serverFirst }, response),
  };
}

interface Exchange {
  readonly hash: ScramHash;
  readonly first: ClientFirstMessage;
  /** What the client must repeat: its own header, and the binding as we see it. */
  readonly bound: Buffer;
  readonly nonce: string;
  readonly serverFirst: string;
  readonly keys: ScramVerifier;
}

function readFinal({ hash, first, bound, nonce, serverFirst, keys }: Exchange, response: Buffer): SaslStep {
  const final = parseClientFinalMessage(response);
  if (final === undefined || final.nonce !== nonce) return MALFORMED;
  if (!final.channelBinding.equals(bound)) {
    const isBound = typeof first.channelBinding === 'object';
    return isBound ? { kind: 'failure', reason: 'channel-binding-mismatch' } : MALFORMED;
  }
  const authMessage = `${first.bare},${serverFirst},${final.withoutProof}`;
  if (!isProof(hash, keys.storedKey, authMessage, final.proof)) return INVALID_CREDENTIALS;
  const data = Buffer.from(formatServerFinalMessage(serverSignature(hash, keys.serverKey, authMessage)));
  return { kind: 'success', authzid: first.authzid, data };
}
