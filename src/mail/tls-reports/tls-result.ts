// How one attempt at TLS with a server went, as the domain's owner is told of it. RFC 8460 §4.3, §4.4.

export const TLS_FAILURE_TYPES = [
  'starttls-not-supported',
  'certificate-host-mismatch',
  'certificate-expired',
  'certificate-not-trusted',
  'validation-failure',
  'tlsa-invalid',
  'dnssec-invalid',
  'dane-required',
  'sts-policy-fetch-error',
  'sts-policy-invalid',
  'sts-webpki-invalid',
] as const;
export type TlsFailureType = (typeof TLS_FAILURE_TYPES)[number];

export interface AppliedPolicy {
  readonly type: 'tlsa' | 'sts' | 'no-policy-found';
  /** Of MTA-STS the recipient's domain, of DANE the name below which the records stand. */
  readonly domain: string;
  /** The policy itself: its fields, or its records. */
  readonly lines: readonly string[];
  /** Patterns of names that an MTA-STS policy allows. */
  readonly mxHosts: readonly string[];
}

export interface TlsFailure {
  readonly type: TlsFailureType;
  /** Ours, from which the server was called; absent where it did not come to that. */
  readonly sendingAddress?: string;
  readonly mxName?: string;
  readonly receivingAddress?: string;
  readonly reason?: string;
}

export interface TlsResult {
  /** Whose mail it is: this domain's `_smtp._tls` record says who is told. */
  readonly domain: string;
  readonly policy: AppliedPolicy;
  /** `undefined`: it went well. */
  readonly failure: TlsFailure | undefined;
}
