// Does a certificate serve, and for how long yet?

import { type DoctorFinding, found } from './finding.ts';

export interface CertificateFacts {
  readonly path: string;
  readonly nowMs: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly fitsKey: boolean;
  readonly isSelfSigned: boolean;
  /** It is good for this server's own name. */
  readonly namesUs: boolean;
  /** Nobody from elsewhere sees it. */
  readonly isPrivate: boolean;
  readonly hostname: string;
}

const DAY_MS = 86_400_000;
const EXPIRING_MS = 14 * DAY_MS;

/** The gravest thing, or that all is well. */
export function judgeCertificate(facts: CertificateFacts): DoctorFinding {
  const { path, nowMs, fromMs, untilMs, hostname } = facts;
  const days = Math.floor((untilMs - nowMs) / DAY_MS);
  if (!facts.fitsKey) return found('certificate-key', path);
  if (untilMs <= nowMs) return found('certificate-expired', path, { days: -days });
  if (fromMs > nowMs) return found('certificate-early', path, { date: new Date(fromMs).toISOString().slice(0, 10) });
  if (untilMs - nowMs < EXPIRING_MS) return found('certificate-expiring', path, { days });
  if (facts.isSelfSigned && !facts.isPrivate) return found('certificate-self-signed', path, { hostname });
  if (!facts.namesUs) return found('certificate-name', path, { hostname });
  return found('certificate-fine', path, { days });
}
