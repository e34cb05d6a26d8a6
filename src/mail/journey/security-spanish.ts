// How much TLS a delivery had, by whose word, and what the server proved to be, in Spanish. See `story.ts`.

import type { TransportSecurity } from '#mail/ports/transport.ts';

const BASES: Readonly<Record<TransportSecurity['basis'], string>> = {
  smtp_tls_security_level: 'Cuánto TLS llevaba es lo que dice smtp_tls_security_level',
  smtp_tls_policy_maps: 'Cuánto TLS llevaba es lo que dice smtp_tls_policy_maps de este destino',
  dane: 'Los registros TLSA del servidor, probados por DNSSEC, dicen quién debe ser (DANE)',
  'mta-sts': 'La política MTA-STS de su dominio exige un servidor que ella nombra, con un certificado válido',
  requiretls: 'El remitente pidió TLS hacia servidores probados en todo el camino (REQUIRETLS)',
  'tls-required-no': 'El remitente escribió «TLS-Required: No»: se pasó por alto lo que exige el dominio',
};

const TRUST: Readonly<Record<NonNullable<TransportSecurity['trust']>, string>> = {
  Verified: 'el servidor probó ser quien debe ser',
  Trusted: 'una autoridad conocida responde por su certificado, cuyo nombre no había que mirar',
  Untrusted: 'nadie podía leerlo por el camino, pero no se probó quién es el servidor',
};

export function securityInSpanish({ basis, trust, sts, complaint }: TransportSecurity): readonly string[] {
  const policy = sts === undefined ? '' : ` (política MTA-STS: ${sts})`;
  const proof = trust === undefined ? '' : `; ${TRUST[trust]} (${trust})`;
  const said = `${BASES[basis]}${policy}${proof}.`;
  if (complaint === undefined) return [said];
  return [said, `Su política MTA-STS está a prueba; en vigor habría retenido el mensaje: ${complaint}.`];
}
