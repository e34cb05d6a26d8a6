// How much TLS a delivery had, by whose word, and what the server proved to be, in English. See `story.ts`.

import type { TransportSecurity } from '#mail/ports/transport.ts';

const BASES: Readonly<Record<TransportSecurity['basis'], string>> = {
  smtp_tls_security_level: 'How much TLS it had is what smtp_tls_security_level says',
  smtp_tls_policy_maps: 'How much TLS it had is what smtp_tls_policy_maps says of this destination',
  dane: 'The server’s TLSA records, proven by DNSSEC, say who it must be (DANE)',
  'mta-sts': 'The MTA-STS policy of its domain demands a server that it names, with a valid certificate',
  requiretls: 'The sender asked for TLS to proven servers on the whole way (REQUIRETLS)',
  'tls-required-no': 'The sender wrote “TLS-Required: No”: what the domain demands was passed over',
};

const TRUST: Readonly<Record<NonNullable<TransportSecurity['trust']>, string>> = {
  Verified: 'the server proved to be who it must be',
  Trusted: 'a known authority vouches for its certificate, whose name nobody had to look at',
  Untrusted: 'nobody could read along, but who the server is was not proven',
};

export function securityInEnglish({ basis, trust, sts, complaint }: TransportSecurity): readonly string[] {
  const policy = sts === undefined ? '' : ` (MTA-STS policy: ${sts})`;
  const proof = trust === undefined ? '' : `; ${TRUST[trust]} (${trust})`;
  const said = `${BASES[basis]}${policy}${proof}.`;
  if (complaint === undefined) return [said];
  return [said, `Its MTA-STS policy is in testing; enforced, it would have kept the message back: ${complaint}.`];
}
