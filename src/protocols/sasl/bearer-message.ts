// The message that brings a bearer token: keys and values, each behind a %x01. RFC 7628 §3.1; XOAUTH2 is its forerunner
// and has the same pairs.
//
//   kvsep  = %x01
//   key    = 1*(ALPHA)
//   value  = *(VCHAR / SP / HTAB / CR / LF )
//   kvpair = key "=" value kvsep

import { decodeUtf8 } from './identity.ts';

/** As much as a line of base64 can carry (12,288 octets). */
export const MAX_BEARER_MESSAGE_OCTETS = 9_216;
const MAX_BEARER_PAIRS = 16;

const KVSEP = '\x01';
const KEY = /^[A-Za-z]+$/;
const VALUE = /^[\t\n\r\x20-\x7e]*$/;
const NON_ASCII_VALUE = /^[^\0-\x08\x0b\x0c\x0e-\x1f\x7f]*$/;

/** RFC 6750 §2.1: `b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="` */
const B64TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;
const BEARER = /^bearer +/i;

export function decodeBearerMessage(octets: Buffer): string | undefined {
  return octets.length > MAX_BEARER_MESSAGE_OCTETS ? undefined : decodeUtf8(octets);
}

/** Of everything up to the final separator; `undefined` where it is no list of pairs, or a key comes twice. */
export function parsePairs(text: string): ReadonlyMap<string, string> | undefined {
  // Each pair ends with a separator, and one more ends the list.
  if (!text.endsWith(KVSEP + KVSEP)) return undefined;
  const pairs = new Map<string, string>();
  const parts = text.slice(0, -2).split(KVSEP, MAX_BEARER_PAIRS + 1);
  if (parts.length > MAX_BEARER_PAIRS) return undefined;
  for (const part of parts) {
    const equals = part.indexOf('=');
    const key = part.slice(0, Math.max(0, equals)).toLowerCase();
    const value = part.slice(equals + 1);
    const grammar = key === 'user' ? NON_ASCII_VALUE : VALUE;
    if (!KEY.test(key) || !grammar.test(value) || pairs.has(key)) return undefined;
    pairs.set(key, value);
  }
  return pairs;
}

/** The token of `Bearer b64token`, which is the value of `auth`; the scheme is in any case. RFC 7628 §3.1 */
export function parseBearer(value: string | undefined): string | undefined {
  const scheme = BEARER.exec(value ?? '');
  const token = scheme === null ? '' : (value ?? '').slice(scheme[0].length);
  return B64TOKEN.test(token) ? token : undefined;
}
