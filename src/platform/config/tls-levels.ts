// `smtpd_tls_security_level` against what is spoken where: levels that cannot work are mistakes; one that keeps strangers'
// mail out is told at the start.

import { isInAnyNetwork, parseIpNetworks } from '#base/ip-network.ts';
import type { Config, Listen } from './schema.ts';

export interface TlsMistake {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Where connections begin in clear, and the level says what becomes of them. */
const WITH_LEVEL: ReadonlySet<Listen['service']> = new Set<Listen['service']>(['smtp', 'submission', 'lmtp']);
const LOOPBACK = parseIpNetworks(['127.0.0.0/8', '::1/128']);
const SMTP_PORT = 25;

type TlsSettings = Pick<Config, 'listen' | 'smtpd_tls_security_level'>;

export function findTlsMistakes(config: TlsSettings): TlsMistake[] {
  return config.listen.flatMap((entry, at) => {
    const message = describeMistake(entry, config);
    return message === undefined ? [] : [{ path: ['listen', at, 'smtpd_tls_security_level'], message }];
  });
}

function describeMistake(entry: Listen, config: TlsSettings): string | undefined {
  const { service, smtpd_tls_security_level: own } = entry;
  if (!WITH_LEVEL.has(service)) {
    const instead = service === 'http' ? 'http leads to https' : `${service} has TLS of its own accord`;
    return own === undefined ? undefined : `is for smtp, submission and lmtp; ${instead}`;
  }
  if (service !== 'submission' || levelOf(entry, config) !== 'none') return undefined;
  return 'submission needs TLS, or nobody could log in there: set "may" or "encrypt" for this listener';
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
