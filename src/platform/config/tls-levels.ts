// `smtpd_tls_security_level` against what is spoken where, `smtp_tls_security_level` against what is asked of the DNS: levels that
// cannot work are mistakes; one that keeps strangers' mail out is told at the start.

import { isInAnyNetwork, parseIpNetworks } from '#base/ip-network.ts';
import { type Mistake, mistake } from '#base/mistakes/mistake.ts';
import type { Config, Listen } from './schema.ts';

export interface TlsMistake {
  readonly path: readonly PropertyKey[];
  readonly wrong: Mistake;
}

/** Where connections begin in clear, and the level says what becomes of them. */
const WITH_LEVEL: ReadonlySet<Listen['service']> = new Set<Listen['service']>(['smtp', 'submission', 'lmtp']);
const LOOPBACK = parseIpNetworks(['127.0.0.0/8', '::1/128']);
const SMTP_PORT = 25;

type TlsSettings = Pick<Config, 'listen' | 'smtpd_tls_security_level'>;
type OutwardSettings = Pick<Config, 'smtp_tls_security_level' | 'smtp_dns_support_level' | 'ignore_mx_lookup_error'>;

/** `dane` then is `may`; `dane-only` would keep all mail for ever. */
export function findOutwardTlsMistakes(config: OutwardSettings): TlsMistake[] {
  if (config.smtp_tls_security_level !== 'dane-only') return [];
  const path = ['smtp_tls_security_level'];
  if (config.smtp_dns_support_level !== 'dnssec') {
    return [{ path, wrong: mistake('dane-only-without-dnssec') }];
  }
  if (!config.ignore_mx_lookup_error) return [];
  return [{ path, wrong: mistake('dane-only-with-errors') }];
}

export function findTlsMistakes(config: TlsSettings): TlsMistake[] {
  return config.listen.flatMap((entry, at) => {
    const wrong = findMistake(entry, config);
    return wrong === undefined ? [] : [{ path: ['listen', at, 'smtpd_tls_security_level'], wrong }];
  });
}

function findMistake(entry: Listen, config: TlsSettings): Mistake | undefined {
  const { service, smtpd_tls_security_level: own } = entry;
  if (!WITH_LEVEL.has(service)) {
    const instead = service === 'http' ? mistake('tls-http') : mistake('tls-of-its-own', { service });
    return own === undefined ? undefined : mistake('tls-level-elsewhere', { instead });
  }
  if (service !== 'submission' || levelOf(entry, config) !== 'none') return undefined;
  return mistake('submission-without-tls');
}

/** Port 25 for everybody, and nothing is taken there without TLS: RFC 3207 §4 says that this must not be. */
export function closedToPlainMail(config: TlsSettings): Listen[] {
  return config.listen.filter((entry) => {
    const isPublic = entry.port === SMTP_PORT && !isInAnyNetwork(entry.address, LOOPBACK);
    return entry.service === 'smtp' && isPublic && levelOf(entry, config) === 'encrypt';
  });
}

function levelOf(entry: Listen, config: TlsSettings): Config['smtpd_tls_security_level'] {
  return entry.smtpd_tls_security_level ?? config.smtpd_tls_security_level;
}
