// What a certificate says of itself, read once. RFC 5280 §4.1.2.

export interface CertificateFacts {
  /** Lower case, with wildcards as they are; the alternative names, or the common name of old certificates without any. */
  readonly names: readonly string[];
  /** The common name of who issued it, or the organisation. */
  readonly issuer: string;
  readonly isSelfSigned: boolean;
  readonly fromMs: number;
  readonly untilMs: number;
  /** SHA-256 of the certificate, lower-case hexadecimal. */
  readonly fingerprint: string;
  /** `EC P-256`, `RSA 2048`. */
  readonly keyType: string;
}
