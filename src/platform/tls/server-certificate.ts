// A certificate and the key that proves it is ours.

export interface ServerCertificate {
  /** PEM. */
  readonly certificate: string;
  readonly secretKey: string;
}
