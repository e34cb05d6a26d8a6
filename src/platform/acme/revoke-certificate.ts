// Takes a certificate back. RFC 8555 §7.6: our account may, and so may whoever has the certificate's own key. The account's word
// lets the authority keep the reason; that the key is known to others it believes of nobody better than the key.

import { X509Certificate } from 'node:crypto';
import type { Client } from 'acme-client';
import { type RevocationOutcome, type RevocationReason, reasonCode } from '#mail/certificates/revocation.ts';
import type { ServerCertificate } from '../tls/server-certificate.ts';
import { keptAccountKey } from './account-keys.ts';
import { AcmeProblem } from './acme-problem.ts';
import { type Authority, type ConnectionSettings, withAuthority } from './authority-client.ts';

export interface RevocationWorld extends Omit<ConnectionSettings, 'accountKey'> {
  readonly authorities: readonly Authority[];
  readonly accountFolder: string;
}

/** Which authority issued it nobody has noted: each is asked, until one does it. */
export async function revokeCertificate(
  pair: ServerCertificate,
  reason: RevocationReason,
  world: RevocationWorld,
): Promise<Extract<RevocationOutcome, { kind: 'revoked' | 'failed' }>> {
  const refusals: string[] = [];
  for (const authority of world.authorities) {
    const { hostname } = new URL(authority.directory);
    try {
      await askAuthority(authority, pair, reason, world);
      return { kind: 'revoked', authority: hostname };
    } catch (error) {
      if (error instanceof AcmeProblem && error.kind === 'alreadyRevoked')
        return { kind: 'revoked', authority: hostname };
      refusals.push(`${hostname}: ${describeError(error, world.signal)}`);
    }
  }
  return { kind: 'failed', reason: refusals.length === 0 ? 'there is no [[acme]] authority' : refusals.join('; ') };
}

async function askAuthority(
  authority: Authority,
  { certificate, secretKey }: ServerCertificate,
  reason: RevocationReason,
  world: RevocationWorld,
): Promise<void> {
  const octets = new X509Certificate(certificate).raw;
  const request = { certificate: octets.toString('base64url'), reason: reasonCode(reason) };
  const byItsKey = reason === 'keycompromise';
  const accountKey = byItsKey ? secretKey : keptAccountKey(world.accountFolder, authority.directory);
  await withAuthority(authority, { ...world, accountKey }, async (client) => {
    if (!byItsKey) await client.createAccount({ onlyReturnExisting: true });
    await requestsOf(client).apiResourceRequest('revokeCert', request, [200], { includeJwsKid: !byItsKey });
  });
}

interface Requests {
  apiResourceRequest(
    resource: string,
    payload: object,
    goodStatuses: readonly number[],
    options: { readonly includeJwsKid: boolean },
  ): Promise<unknown>;
}

/** The library's own method signs with accounts only. */
function requestsOf(client: Client): Requests {
  return (client as unknown as { readonly api: Requests }).api;
}

function describeError(error: unknown, { aborted }: AbortSignal): string {
  if (aborted) return 'it did not answer in time';
  return error instanceof Error ? error.message : String(error);
}
