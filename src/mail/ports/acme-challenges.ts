// What a web server answers below `/.well-known/acme-challenge/`: RFC 8555 §8.3, as text/plain, in clear on port 80.

export interface AcmeChallenges {
  /** What stands behind a token; none where nobody asked for a certificate with it. */
  findKeyAuthorization(token: string): string | undefined;
}
