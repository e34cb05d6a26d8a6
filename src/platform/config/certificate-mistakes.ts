// What settings of certificates cannot mean: an authority that could prove nothing, half of an account.

import { type Mistake, mistake } from '#base/mistakes/mistake.ts';
import type { ChallengeType } from '#mail/certificates/challenge-type.ts';
import type { Config } from './schema.ts';

export interface CertificateMistake {
  readonly path: readonly PropertyKey[];
  readonly wrong: Mistake;
}

type CertificateConfig = Pick<Config, 'acme' | 'acme_challenges' | 'listen' | 'dns_update_server'>;

export function findCertificateMistakes(config: CertificateConfig): CertificateMistake[] {
  const { acme, acme_challenges, listen, dns_update_server } = config;
  if (acme.length === 0) return [];
  const mistakes: CertificateMistake[] = acme.flatMap(({ eab_kid, eab_hmac_key }, at) => {
    if ((eab_kid === undefined) === (eab_hmac_key === undefined)) return [];
    const key = eab_kid === undefined ? 'eab_hmac_key' : 'eab_kid';
    const wrong = mistake('both-or-neither', { first: 'eab_kid', second: 'eab_hmac_key' });
    return [{ path: ['acme', at, key], wrong }];
  });
  const hasListener = (service: string) => listen.some((entry) => entry.service === service);
  const possible: Readonly<Record<ChallengeType, boolean>> = {
    'http-01': hasListener('http'),
    'tls-alpn-01': hasListener('https'),
    'dns-01': dns_update_server !== undefined,
  };
  if (acme_challenges.some((type) => possible[type])) return mistakes;
  return [...mistakes, { path: ['acme', 0, 'directory'], wrong: mistake('no-challenge-possible') }];
}
