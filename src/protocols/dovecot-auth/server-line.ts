// What the server of the auth protocol says to a request.
//
//   ok   = "OK" TAB id TAB "user=" user *( TAB parameter )
//   cont = "CONT" TAB id TAB base64
//   fail = "FAIL" TAB id *( TAB parameter )

import { parseBase64 } from '#protocols/sasl/base64.ts';
import { formatAuthLine, parseAuthLine, parseRequestId, readParameters } from './auth-line.ts';

export type FailureCode = 'temp_fail' | 'authz_fail' | 'user_disabled' | 'pass_expired';

export type AuthReply =
  | { readonly kind: 'ok'; readonly id: number; readonly user: string; readonly finalResponse?: Buffer }
  | { readonly kind: 'continue'; readonly id: number; readonly data: Buffer }
  | {
      readonly kind: 'fail';
      readonly id: number;
      readonly code?: FailureCode;
      /** For the person who logs in. */
      readonly reason?: string;
    };

// Before version 2.3 a word of its own stood for each code: clients of both ages read what we say.
const OLD_WORDS: Readonly<Record<FailureCode, string>> = {
  temp_fail: 'temp',
  authz_fail: 'authz',
  user_disabled: 'user_disabled',
  pass_expired: 'pass_expired',
};

export function formatAuthReply(reply: AuthReply): string {
  const id = String(reply.id);
  switch (reply.kind) {
    case 'ok': {
      const last = reply.finalResponse === undefined ? [] : [`resp=${reply.finalResponse.toString('base64')}`];
      return formatAuthLine(['OK', id, `user=${reply.user}`, ...last]);
    }
    case 'continue':
      return formatAuthLine(['CONT', id, reply.data.toString('base64')]);
    default: {
      const reason = reply.reason === undefined ? [] : [`reason=${reply.reason}`];
      const code = reply.code === undefined ? [] : [OLD_WORDS[reply.code], `code=${reply.code}`];
      return formatAuthLine(['FAIL', id, ...reason, ...code]);
    }
  }
}

/** `undefined` for what answers no request. */
export function parseAuthReply(line: Buffer): AuthReply | undefined {
  const [command, idText, ...rest] = parseAuthLine(line) ?? [];
  const id = parseRequestId(idText);
  if (id === undefined) return undefined;
  const parameters = readParameters(rest);
  switch (command) {
    case 'OK': {
      const user = parameters.get('user');
      return user === undefined ? undefined : { kind: 'ok', id, user };
    }
    case 'CONT': {
      const data = parseBase64(rest[0] ?? '');
      return data && { kind: 'continue', id, data };
    }
    case 'FAIL':
      return toFailure(id, parameters);
    default:
      return undefined;
  }
}

function toFailure(id: number, parameters: ReadonlyMap<string, string>): AuthReply {
  const codes = Object.keys(OLD_WORDS) as FailureCode[];
  const code = codes.find((each) => parameters.get('code') === each || parameters.has(OLD_WORDS[each]));
  const reason = parameters.get('reason');
  return { kind: 'fail', id, ...(code !== undefined && { code }), ...(reason !== undefined && { reason }) };
}
