// What a genuine token says, judged by what the settings ask of its issuer: what it is good for, and whose it is.

import type { TokenAlgorithm, TokenVerdict } from '#mail/ports/bearer-token-verifier.ts';
import { isIdentity } from '#protocols/sasl/identity.ts';

export interface IssuerSettings {
  /** As `iss` says it, to the letter. */
  readonly issuer: string;
  /** One of these must be in `aud`. */
  readonly audience: readonly string[];
  readonly algorithms: readonly TokenAlgorithm[];
  readonly usernameClaim: string;
  /** Words that must be among those of `scope`, or `scp`. */
  readonly scope: string;
  readonly clockSkewMs: number;
}

export type Claims = Readonly<Record<string, unknown>>;
export type Refused = Extract<TokenVerdict, { kind: 'refused' }>;

export function refused(reason: string, outdated = false): Refused {
  return { kind: 'refused', reason, status: 'invalid_token', outdated };
}

export function judgeClaims(claims: Claims, { scope, usernameClaim }: IssuerSettings): TokenVerdict {
  const granted = new Set([...words(claims['scope']), ...words(claims['scp'])]);
  if (!words(scope).every((word) => granted.has(word))) {
    return { ...refused('token-without-scope'), status: 'insufficient_scope' };
  }
  const login = Object.hasOwn(claims, usernameClaim) ? claims[usernameClaim] : undefined;
  if (typeof login !== 'string' || !isIdentity(login)) return refused('token-names-nobody');
  // Whoever may call himself what he likes at the issuer is not believed. Some issuers write truth values as texts.
  if (usernameClaim === 'email' && String(claims['email_verified']) === 'false')
    return refused('token-address-unverified');
  return { kind: 'genuine', login };
}

/** A list by spaces, or a list. RFC 8693 §4.2 */
export function words(value: unknown): string[] {
  const list = Array.isArray(value) ? value : typeof value === 'string' ? value.split(' ') : [];
  return list.filter((word) => typeof word === 'string' && word !== '');
}
