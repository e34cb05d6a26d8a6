// Why a bearer token will not do, in the words of RFC 6750 §3.1, and where another one is to be had. RFC 7628 §3.2.2.

export type TokenRefusal = 'invalid_request' | 'invalid_token' | 'insufficient_scope';

export interface TokenHints {
  /** The address of the issuer's description (OpenID Connect Discovery). */
  readonly openidConfiguration?: string;
  /** What a token must be good for. */
  readonly scope?: string;
}

export const NO_TOKEN_HINTS: TokenHints = {};
