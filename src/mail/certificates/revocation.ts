// Why a certificate is taken back before its end. RFC 5280 §5.3.1; the words are certbot's.

const REASON_CODES = {
  unspecified: 0,
  keycompromise: 1,
  affiliationchanged: 3,
  superseded: 4,
  cessationofoperation: 5,
} as const;

export type RevocationReason = keyof typeof REASON_CODES;

export const REVOCATION_REASONS = Object.keys(REASON_CODES) as readonly RevocationReason[];

export function reasonCode(reason: RevocationReason): number {
  return REASON_CODES[reason];
}

/** `busy`: the authorities are being asked for something else at this moment. */
export type RevocationOutcome =
  | { readonly kind: 'revoked'; readonly authority: string }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'unknown' | 'busy' };
