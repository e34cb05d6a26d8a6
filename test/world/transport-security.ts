// What other domains say of TLS, for tests of deliveries: nothing, unless it is given. What is found out for reports is kept.

import type { MailServer } from '#mail/delivery/choose-servers.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import type { StsFinding } from '#mail/ports/sts-policies.ts';
import type { TlsResult } from '#mail/tls-reports/tls-result.ts';

export interface GivenSecurity {
  readonly resolver?: Resolver;
  readonly sts?: StsFinding;
}

const NO_NAMES: Resolver = { resolve: async () => ({ kind: 'no-such-name', isAuthenticated: true }) };

export function transportSecurity({ resolver = NO_NAMES, sts = { kind: 'none' } }: GivenSecurity = {}) {
  const results: TlsResult[] = [];
  return {
    results,
    resolver,
    stsPolicies: { find: async () => sts },
    tlsResults: { add: (result: TlsResult) => void results.push(result) },
  };
}

/** `mx1.example.org[192.0.2.1]:25`, the only one, unproven. */
export function mailServer(given: Partial<MailServer> = {}): MailServer {
  const name = given.name ?? 'mx1.example.org';
  return {
    name,
    canonicalName: name,
    address: '192.0.2.1',
    port: 25,
    preference: 0,
    isBest: true,
    isProven: false,
    hasProvenAddress: false,
    ...given,
  };
}
