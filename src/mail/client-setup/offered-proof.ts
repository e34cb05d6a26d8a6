// How people may prove who they are, in the few words that mail programs have for it, out of the mechanisms that are offered.

import { isNamed, type MechanismName, SASL_MECHANISMS } from '#protocols/sasl/mechanisms.ts';

/** The password itself, which TLS protects; a proof of knowing it (SCRAM); a token of another server. */
export type OfferedProof = 'password' | 'keys' | 'token';

/**
 * The usual one first. Keys are named only where passwords are not taken: many programs mean CRAM-MD5 by that word, and some
 * believe the last word they read. `believesTokens`: there are issuers whose tokens count.
 */
export function offeredProofs(mechanisms: readonly MechanismName[], believesTokens: boolean): OfferedProof[] {
  const offered = SASL_MECHANISMS.filter((mechanism) => isNamed(mechanisms, mechanism)).map(({ proof }) => proof);
  const proofs: OfferedProof[] = [];
  if (offered.includes('password')) proofs.push('password');
  else if (offered.includes('keys')) proofs.push('keys');
  if (offered.includes('token') && believesTokens) proofs.push('token');
  return proofs;
}
