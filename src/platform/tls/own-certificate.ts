// The self-signed certificate: made at the first start without any other, kept, and made anew a month before its end.

import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '#platform/files/atomic-write.ts';
import { type CheckedPair, checkPair } from './checked-pair.ts';

const DAY_MS = 86_400_000;
const LIFETIME_MS = 365 * DAY_MS;
/** Before its end. */
export const OWN_RENEWAL_MS = 30 * DAY_MS;

export interface OwnPlace {
  /** Where it is kept. */
  readonly folder: string;
  readonly hostname: string;
}

export async function ownCertificate({ folder, hostname }: OwnPlace, nowMs: number): Promise<CheckedPair> {
  const certificateFile = ownCertificateFile({ folder, hostname });
  const keyFile = join(folder, `${encodeURIComponent(hostname)}.key`);
  const kept = readPair(certificateFile, keyFile);
  if (kept !== undefined && kept.facts.untilMs - nowMs > OWN_RENEWAL_MS) return kept;
  // Loaded only when one is made: it is a large library, and most starts do without.
  const { makeSelfSigned } = await import('./self-signed.ts');
  const made = await makeSelfSigned(hostname, nowMs - DAY_MS, nowMs + LIFETIME_MS);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeAtomically(keyFile, made.secretKey);
  writeAtomically(certificateFile, made.certificate);
  const checked = checkPair(made.certificate, made.secretKey);
  if (!checked.ok) throw new Error(`the certificate that was just made: ${checked.error}`);
  return checked.value;
}

export function ownCertificateFile({ folder, hostname }: OwnPlace): string {
  return join(folder, `${encodeURIComponent(hostname)}.crt`);
}

/** None where the two cannot be read or do not belong together, as after a crash: nobody needs them, new ones are made. */
function readPair(certificateFile: string, keyFile: string): CheckedPair | undefined {
  if (!existsSync(certificateFile) || !existsSync(keyFile)) return undefined;
  const checked = checkPair(readFileSync(certificateFile, 'utf8'), readFileSync(keyFile, 'utf8'));
  return checked.ok ? checked.value : undefined;
}
