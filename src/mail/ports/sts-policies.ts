// What other domains say of TLS to their servers, by MTA-STS: looked up, fetched and remembered. RFC 8461 §3, §5.1.

import type { StsPolicy } from '#mail/mta-sts/policy.ts';

export type StsFailure = 'sts-policy-fetch-error' | 'sts-policy-invalid' | 'sts-webpki-invalid';

export type StsFinding =
  | { readonly kind: 'none' }
  | { readonly kind: 'policy'; readonly id: string; readonly policy: StsPolicy }
  /** There should be one, and there is none to be had, nor one of before: mail goes as without. */
  | { readonly kind: 'unavailable'; readonly failure: StsFailure; readonly text: string };

export interface StsPolicies {
  /** `domain`: in A-labels, lower case. Never throws: what cannot be had is a finding. */
  find(domain: string): Promise<StsFinding>;
}
