// Judges tokens that somebody else issued: whether they are genuine, meant for us, and of now. Signatures are checked
// beside the event loop. What a token claims about where its key lies is never followed.

/** Asymmetric all: with a shared secret whoever checks tokens could make them, and a public key would pass for one. */
export const TOKEN_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number];

export type TokenVerdict =
  /** `login` is what the issuer calls the person; whether such an account is here is not decided yet. */
  | { readonly kind: 'genuine'; readonly login: string }
  /** `reason` is for the log and the journey: `token-expired`, `token-bad-signature` … */
  | {
      readonly kind: 'refused';
      readonly reason: string;
      readonly status: 'invalid_token' | 'insufficient_scope';
      /** Who sent it was right once: no guess, and not counted as one. */
      readonly outdated: boolean;
    }
  /** The issuer's keys cannot be had just now: 454 4.7.0, `NO [UNAVAILABLE]`. */
  | { readonly kind: 'unavailable' };

export interface BearerTokenVerifier {
  verify(token: string): Promise<TokenVerdict>;
}
