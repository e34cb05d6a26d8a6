// The algorithms that signers may use today. RFC 6376 §3.3, RFC 8301 §3.1, RFC 8463 §3.

export const SIGNING_ALGORITHMS = ['rsa-sha256', 'ed25519-sha256'] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];
