// Files that only the server may read, and whether they are the server's; certificates, and whether they serve.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '#base/thrown.ts';
import { KEPT_SECRET_BYTES } from '#platform/files/kept-secret.ts';
import { namesIn } from '#platform/files/names-in.ts';
import type { Finding } from './finding.ts';
import { secretFilesIn } from './secret-files.ts';

const DAY_MS = 86_400_000;
const EXPIRING_MS = 14 * DAY_MS;

export interface CertificatePair {
  readonly certificateFile: string;
  readonly secretKeyFile: string;
}

export function* inspectSecrets(folder: string): Generator<Finding> {
  const owner = statSync(folder).uid;
  for (const name of secretFilesIn(folder)) {
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) continue;
    if ((stat.mode & 0o077) !== 0) yield { code: 'secret-open', path, detail: formatMode(stat.mode) };
    if (stat.uid !== owner) yield { code: 'foreign-owner', path, detail: `${stat.uid}, ${owner}` };
    if (name === 'login.secret' && stat.size !== KEPT_SECRET_BYTES) {
      yield { code: 'secret-size', path, detail: String(stat.size) };
    }
  }
}

/** The server's own certificates in `tls/`, and those that authorities issued: key and chain in one file. */
export function ownCertificates(folder: string): CertificatePair[] {
  const pathsIn = (place: string, ending: string) => {
    return namesIn(join(folder, place)).flatMap((name) => (name.endsWith(ending) ? join(folder, place, name) : []));
  };
  return [
    ...pathsIn('tls', '.crt').map((file) => ({ certificateFile: file, secretKeyFile: file.replace(/\.crt$/, '.key') })),
    ...pathsIn('tls/acme', '.pem').map((file) => ({ certificateFile: file, secretKeyFile: file })),
  ];
}

export function* inspectCertificate(
  { certificateFile: path, secretKeyFile }: CertificatePair,
  nowMs: number,
): Generator<Finding> {
  try {
    const certificate = new X509Certificate(readFileSync(path));
    const secretKey = createPrivateKey(readFileSync(secretKeyFile));
    if (!certificate.checkPrivateKey(secretKey)) yield { code: 'certificate-key', path, detail: secretKeyFile };
    const untilMs = certificate.validToDate.getTime();
    if (certificate.validFromDate.getTime() > nowMs) {
      yield { code: 'certificate-early', path, detail: certificate.validFromDate.toISOString() };
    }
    if (untilMs < nowMs) yield { code: 'certificate-expired', path, detail: certificate.validToDate.toISOString() };
    else if (untilMs < nowMs + EXPIRING_MS) {
      yield { code: 'certificate-expiring', path, detail: certificate.validToDate.toISOString() };
    }
  } catch (cause) {
    yield { code: 'certificate-unreadable', path, detail: messageOf(cause) };
  }
}

export function formatMode(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}
