// Is the server who it must be? The certificate that it showed, against what is demanded of it. RFC 9525 §6 (names),
// RFC 7672 §3 (TLSA). The words of trust are Postfix's.

import { unreachable } from '#base/unreachable.ts';
import type { ServerIdentity } from '#mail/ports/dialer.ts';
import type { TlsFailureType } from '#mail/tls-reports/tls-result.ts';
import { type DaneMatch, matchTlsa } from './dane.ts';
import type { TlsDemand } from './server-tls.ts';
import { isNameWanted } from './tls-policy.ts';

/** `Trusted`: an authority vouches for the certificate, and its name was not looked at. */
export type Trust = 'Untrusted' | 'Trusted' | 'Verified';

export type CertificateJudgement =
  | { readonly kind: 'good'; readonly trust: Trust }
  | { readonly kind: 'bad'; readonly complaint: string; readonly failure: TlsFailureType };

export function judgeCertificate(demand: TlsDemand, identity: ServerIdentity, nowMs: number): CertificateJudgement {
  switch (demand.kind) {
    case 'none':
    case 'may':
    case 'encrypt':
      return { kind: 'good', trust: identity.distrust === undefined ? 'Trusted' : 'Untrusted' };
    case 'certificate':
      return judgeNames(demand.names, identity);
    case 'tlsa': {
      const { records, names } = demand;
      const isNamed = () => isNameWanted(identity.names, names);
      return TLSA_JUDGEMENTS[matchTlsa(records, identity.chain, isNamed, nowMs).kind](identity);
    }
    default:
      return unreachable(demand);
  }
}

function judgeNames(wanted: readonly string[], { distrust, names }: ServerIdentity): CertificateJudgement {
  if (distrust !== undefined) {
    const failure = EXPIRED.has(distrust) ? 'certificate-expired' : 'certificate-not-trusted';
    return { kind: 'bad', complaint: `Server certificate not trusted (${distrust})`, failure };
  }
  return isNameWanted(names, wanted) ? { kind: 'good', trust: 'Verified' } : wrongName(names);
}

const EXPIRED: ReadonlySet<string> = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

const TLSA_JUDGEMENTS: Readonly<Record<DaneMatch['kind'], (identity: ServerIdentity) => CertificateJudgement>> = {
  server: () => ({ kind: 'good', trust: 'Verified' }),
  authority: () => ({ kind: 'good', trust: 'Verified' }),
  mismatch: () => ({
    kind: 'bad',
    complaint: 'Server certificate not trusted (no TLSA record matches it)',
    failure: 'certificate-not-trusted',
  }),
  expired: () => ({
    kind: 'bad',
    complaint: 'Server certificate not trusted (TLSA: a certificate of the chain is not of today)',
    failure: 'certificate-expired',
  }),
  'wrong-name': ({ names }) => wrongName(names),
};

function wrongName(names: readonly string[]): CertificateJudgement {
  const complaint = `Server certificate not verified: it is for ${names.join(', ') || 'no name'}`;
  return { kind: 'bad', complaint, failure: 'certificate-host-mismatch' };
}
