// The keys of SCRAM-SHA-256, RFC 5802 §3 with the hash of RFC 7677, in Dovecot's text form:
//   ITERATIONS,SALT,STORED-KEY,SERVER-KEY      (base64)
// Kept beside the argon2id hash so that SCRAM works; a secret can also be tried against them.

import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { err, ok, type Result } from '#base/result.ts';
import { deriveScramKeys, SCRAM_KEY_OCTETS } from '#protocols/sasl/scram-keys.ts';
import type { ScramVerifier } from '#protocols/sasl/step.ts';
import { decodeBase64, decodeCount, equalOctets, type KeptSecret, type PasswordScheme } from './scheme.ts';

/** RFC 7677 §4 asks for 4096 at least. Each client pays it at each login, telephones too. */
export const SCRAM_ITERATIONS = 10_000;
const SALT_BYTES = 16;
const FEWEST_ITERATIONS = 4_096;
const MOST_ITERATIONS = 1_000_000;
const MOST_SALT_BYTES = 64;

export const scramSha256: PasswordScheme = {
  name: 'SCRAM-SHA-256',

  parse(encoded): Result<KeptSecret, string> {
    const keys = parseScramKeys(encoded);
    if (!keys.ok) return keys;
    const { iterations, salt, storedKey } = keys.value;
    return ok({ matches: (secret) => equalOctets(deriveKeys(secret, salt, iterations).storedKey, storedKey) });
  },
};

export function parseScramKeys(encoded: string): Result<ScramVerifier, string> {
  const parts = encoded.split(',');
  if (parts.length !== 4) return err('the form is ITERATIONS,SALT,STORED-KEY,SERVER-KEY');
  const iterations = decodeCount(parts[0], FEWEST_ITERATIONS, MOST_ITERATIONS);
  if (iterations === undefined) return err(`the iterations are not within ${FEWEST_ITERATIONS}…${MOST_ITERATIONS}`);
  const [salt, storedKey, serverKey] = parts.slice(1).map(decodeBase64);
  if (salt === undefined || salt.length === 0 || salt.length > MOST_SALT_BYTES) return err('the salt is malformed');
  if (storedKey?.length !== SCRAM_KEY_OCTETS || serverKey?.length !== SCRAM_KEY_OCTETS) {
    return err(`the stored key and the server key have ${SCRAM_KEY_OCTETS} octets each`);
  }
  return ok({ iterations, salt, storedKey, serverKey });
}

export function makeScramSha256(secret: string): string {
  const keys = deriveKeys(secret, randomBytes(SALT_BYTES), SCRAM_ITERATIONS);
  const encoded = [keys.salt, keys.storedKey, keys.serverKey].map((octets) => octets.toString('base64'));
  return `{SCRAM-SHA-256}${[keys.iterations, ...encoded].join(',')}`;
}

/** RFC 5802 §3: `SaltedPassword := Hi(Normalize(password), salt, i)`, and the keys that follow from it. */
function deriveKeys(secret: string, salt: Buffer, iterations: number): ScramVerifier {
  const saltedPassword = pbkdf2Sync(secret, salt, iterations, SCRAM_KEY_OCTETS, 'sha256');
  return { iterations, salt, ...deriveScramKeys(saltedPassword) };
}
