// How much TLS a door asks for: Postfix's `smtpd_tls_security_level`. RFC 3207 §4.

import type { Session, Verb } from './state.ts';

/** `none`: STARTTLS is unknown there; `may`: it is offered; `encrypt`: nothing else goes on before it. */
export const TLS_LEVELS = ['none', 'may', 'encrypt'] as const satisfies readonly string[];

export type TlsLevel = (typeof TLS_LEVELS)[number];

// RFC 3207 §4 has NOOP, EHLO, STARTTLS and QUIT. HELO leads to the same refusals, HELP tells of STARTTLS, and BDAT is out of
// order without a MAIL before it: that is said behind its octets.
const BEFORE_TLS: ReadonlySet<Verb> = new Set<Verb>([
  'HELO',
  'EHLO',
  'LHLO',
  'STARTTLS',
  'NOOP',
  'HELP',
  'QUIT',
  'BDAT',
]);

export function needsTlsFirst(verb: Verb, { secured }: Session, level: TlsLevel): boolean {
  return level === 'encrypt' && !secured && !BEFORE_TLS.has(verb);
}
