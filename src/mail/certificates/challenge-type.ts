// How an authority has a name proven: a file by HTTP, a certificate by TLS, a record in the DNS. RFC 8555 §8.3, §8.4,
// RFC 8737 §3.

export const CHALLENGE_TYPES = ['http-01', 'tls-alpn-01', 'dns-01'] as const;
export type ChallengeType = (typeof CHALLENGE_TYPES)[number];
