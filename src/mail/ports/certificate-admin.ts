// The certificates, as an administrator sees them: what `valija tls` shows and does.

import type { Result } from '#base/result.ts';
import type { RevocationReason } from '#mail/certificates/revocation.ts';
import type { SkippedName } from '#mail/certificates/wanted-certificates.ts';
import type { Refusal } from '#mail/ports/directory-admin.ts';

const CERTIFICATE_SOURCES = ['file', 'acme', 'self-signed'] as const;
export type CertificateSource = (typeof CERTIFICATE_SOURCES)[number];

/** What went wrong last, while the certificate before it stayed in use. */
export interface CertificateFailure {
  readonly atMs: number;
  readonly text: string;
  /** In a row. */
  readonly failures: number;
}

export interface CertificateRecord {
  /** What it is called here: a host, a domain; of a file, its first name. */
  readonly id: string;
  readonly source: CertificateSource;
  /** The file, or the authority's address. */
  readonly place: string;
  /** Shown to clients that name no host, or one that nobody knows. */
  readonly isDefault: boolean;
  readonly names: readonly string[];
  /** `undefined` where there is none yet. */
  readonly served:
    | {
        readonly issuer: string;
        readonly keyType: string;
        readonly fingerprint: string;
        readonly fromMs: number;
        readonly untilMs: number;
      }
    | undefined;
  /** When it is asked for, or asked for again; `undefined` where that is not ours to do. */
  readonly nextMs: number | undefined;
  /** It is being asked for at this moment. */
  readonly isOrdering: boolean;
  readonly failure: CertificateFailure | undefined;
}

export interface CertificateListing {
  readonly nowMs: number;
  readonly myhostname: string;
  readonly certificates: readonly CertificateRecord[];
  /** Names that no certificate is asked for, and why. */
  readonly skipped: readonly SkippedName[];
}

export interface Revoked {
  /** Who took it back. */
  readonly authority: string;
}

export interface CertificateAdmin {
  list(): Promise<CertificateListing>;
  /**
   * Files are looked at; what an authority issues is asked for, at once and all of it, or that of one id. Returns when it
   * has begun, with the ids that are asked for: `list` tells how it goes.
   */
  renew(id: string | undefined): Promise<Result<readonly string[], Refusal>>;
  /** Of an authority's certificate: nobody is to trust it any more. A new one with a new key is asked for. */
  revoke(id: string, reason: RevocationReason): Promise<Result<Revoked, Refusal>>;
}
