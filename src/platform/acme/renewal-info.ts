// Asks an authority when it wants certificates to be renewed. RFC 9773 §4. Whose certificate it is nobody has noted: one
// authority after the other is asked, and who knows it answers.

import { axios } from 'acme-client';
import { advicePauseMs, parseRenewalInfo, type RenewalAdvice } from '#mail/certificates/renewal-advice.ts';
import { readCertificateFields } from '../tls/certificate-fields.ts';
import { AcmeProblem, readRetryAfter } from './acme-problem.ts';
import { type Authority, type ConnectionSettings, withAuthority } from './authority-client.ts';

const OK = 200;
/** What is no answer is told by its status. */
const ANY_STATUS = { validateStatus: () => true };

/** Those that the authority knows, of `certificates` (PEM) by what they are called here. Throws where it does not answer. */
export async function askRenewalInfo(
  authority: Authority,
  certificates: ReadonlyMap<string, string>,
  settings: ConnectionSettings,
): Promise<Map<string, RenewalAdvice>> {
  const known = new Map<string, RenewalAdvice>();
  await withAuthority(authority, settings, async () => {
    const place = await findPlace(authority.directory);
    if (place === undefined) return;
    for (const [id, certificate] of certificates) {
      const advice = await askAbout(certificate, place, authority.directory, settings);
      if (advice !== undefined) known.set(id, advice);
    }
  });
  return known;
}

/** `undefined`: it offers no such thing. */
async function findPlace(directory: string): Promise<string | undefined> {
  const { status, data } = await axios.get<unknown>(directory, ANY_STATUS);
  const { renewalInfo } = Object(data) as { readonly renewalInfo?: unknown };
  return status === OK && typeof renewalInfo === 'string' && URL.canParse(renewalInfo) ? renewalInfo : undefined;
}

async function askAbout(
  certificate: string,
  place: string,
  authority: string,
  { clock }: ConnectionSettings,
): Promise<RenewalAdvice | undefined> {
  const renewalId = formatRenewalId(certificate);
  if (renewalId === undefined) return undefined;
  const answer = await axios.get<unknown>(`${place.replace(/\/$/, '')}/${renewalId}`, ANY_STATUS).catch(refused);
  const info = parseRenewalInfo(answer?.data);
  if (answer?.status !== OK || !info.ok) return undefined;
  const nowMs = clock.nowMs();
  const askAgainMs = nowMs + advicePauseMs(readRetryAfter(answer.headers['retry-after'], nowMs));
  return { ...info.value, authority, renewalId, askAgainMs };
}

/** It is another authority's certificate. */
function refused(error: unknown): undefined {
  if (!(error instanceof AcmeProblem)) throw error;
}

/** What it is called: whose key signed it, and its number. RFC 9773 §4.1; none where it does not tell whose. */
export function formatRenewalId(certificate: string): string | undefined {
  const { authorityKeyId, serialNumber } = readCertificateFields(certificate);
  if (authorityKeyId === undefined) return undefined;
  return `${authorityKeyId.toString('base64url')}.${serialNumber.toString('base64url')}`;
}
