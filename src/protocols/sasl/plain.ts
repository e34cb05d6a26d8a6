// PLAIN: one message, who and the password. RFC 4616.

import { parseIdentity, parsePassword } from './identity.ts';
import { MALFORMED, NO_DATA, type SaslStep } from './step.ts';

export interface PlainMessage {
  /** Empty where the client did not ask to act as somebody. */
  readonly authzid: string;
  readonly authcid: string;
  readonly password: string;
}

const NUL = 0;

/**
 *   message = [authzid] UTF8NUL authcid UTF8NUL passwd
 *   authcid = 1*SAFE ; MUST accept up to 255 octets
 *   authzid = 1*SAFE ; MUST accept up to 255 octets
 *   passwd  = 1*SAFE ; MUST accept up to 255 octets
 */
export function parsePlainMessage(message: Buffer): PlainMessage | undefined {
  const first = message.indexOf(NUL);
  const second = first < 0 ? -1 : message.indexOf(NUL, first + 1);
  if (second < 0) return undefined;
  const authzid = first === 0 ? '' : parseIdentity(message.subarray(0, first));
  const authcid = parseIdentity(message.subarray(first + 1, second));
  const password = parsePassword(message.subarray(second + 1));
  if (authzid === undefined || authcid === undefined || password === undefined) return undefined;
  return { authzid, authcid, password };
}

export function formatPlainMessage(message: PlainMessage): Buffer {
  return Buffer.from(`${message.authzid}\0${message.authcid}\0${message.password}`);
}

export function startPlain(): SaslStep {
  return { kind: 'challenge', data: NO_DATA, respond: readMessage };
}

function readMessage(response: Buffer): SaslStep {
  const message = parsePlainMessage(response);
  if (message === undefined) return MALFORMED;
  const { authzid, authcid, password } = message;
  return {
    kind: 'ask-password',
    login: authcid,
    password,
    proceed: () => ({ kind: 'success', authzid, data: undefined }),
  };
}
