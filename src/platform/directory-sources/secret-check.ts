// Whether a secret is the one that a hash was made of. What is dear is asked of the password threads, once for all who ask at
// the same moment, and remembered for a minute; one digest takes less than the way to a thread.

import type { AcceptedSecrets } from '#platform/directory/accepted-secrets.ts';
import type { PasswordThreads } from '#platform/passwords/password-threads.ts';
import { parseHash } from '#platform/passwords/schemes.ts';
import { formsOfSecret } from '#platform/passwords/secret.ts';

export interface SecretChecks {
  readonly threads: PasswordThreads;
  readonly accepted: AcceptedSecrets;
}

/** `holder`: whose secret it is; who has the same hash elsewhere is somebody else. */
export async function checkSecret(
  { threads, accepted }: SecretChecks,
  holder: string,
  hash: string,
  secret: string,
): Promise<boolean | 'unavailable'> {
  const kept = parseHash(hash);
  if (kept.ok && kept.value.isCheap) return formsOfSecret(secret).some(kept.value.matches);
  if (accepted.has(holder, hash, secret)) return true;
  const verify = () => threads.verify(hash, formsOfSecret(secret));
  const matches = await accepted.checkOnce(holder, hash, secret, verify);
  if (matches === true) accepted.remember(holder, hash, secret);
  return matches;
}
