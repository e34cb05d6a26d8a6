// The server's certificate: the configured files, or a self-signed one made at the first start and kept.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '#platform/files/atomic-write.ts';
import type { ServerCertificate } from './server-certificate.ts';

export interface CertificateFiles {
  readonly certificateFile: string | undefined;
  readonly secretKeyFile: string | undefined;
  /** What that file says, where only root can read it and has handed it over. */
  readonly secretKey?: string | undefined;
  /** Where a self-signed certificate is kept. */
  readonly folder: string;
  readonly hostname: string;
}

const DAY_MS = 86_400_000;
const LIFETIME_MS = 365 * DAY_MS;
const RENEW_BEFORE_MS = 30 * DAY_MS;

/** Throws when a configured file cannot be read; its text names the file. */
export async function loadCertificate(files: CertificateFiles, nowMs: number): Promise<ServerCertificate> {
  const { certificateFile, secretKeyFile } = files;
  if (certificateFile === undefined || secretKeyFile === undefined) return ownCertificate(files, nowMs);
  const certificate = readFileSync(certificateFile, 'utf8');
  return { certificate, secretKey: files.secretKey ?? readFileSync(secretKeyFile, 'utf8') };
}

async function ownCertificate({ folder, hostname }: CertificateFiles, nowMs: number): Promise<ServerCertificate> {
  const certificateFile = join(folder, `${encodeURIComponent(hostname)}.crt`);
  const keyFile = join(folder, `${encodeURIComponent(hostname)}.key`);
  const kept = readPair(certificateFile, keyFile);
  if (kept !== undefined && remainingMs(kept, nowMs) > RENEW_BEFORE_MS) return kept;
  // Loaded only when one is made: it is a large library, and most starts do without.
  const { makeSelfSigned } = await import('./self-signed.ts');
  const made = await makeSelfSigned(hostname, nowMs - DAY_MS, nowMs + LIFETIME_MS);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeAtomically(keyFile, made.secretKey);
  writeAtomically(certificateFile, made.certificate);
  return made;
}

function readPair(certificateFile: string, keyFile: string): ServerCertificate | undefined {
  if (!existsSync(certificateFile) || !existsSync(keyFile)) return undefined;
  return { certificate: readFileSync(certificateFile, 'utf8'), secretKey: readFileSync(keyFile, 'utf8') };
}

/** None where the two cannot be read or do not belong together, as after a crash: nobody needs them, new ones are made. */
function remainingMs({ certificate, secretKey }: ServerCertificate, nowMs: number): number {
  try {
    const parsed = new X509Certificate(certificate);
    return parsed.checkPrivateKey(createPrivateKey(secretKey)) ? Date.parse(parsed.validTo) - nowMs : 0;
  } catch {
    return 0;
  }
}
