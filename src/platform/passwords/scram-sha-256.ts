// The keys of SCRAM-SHA-256, which are kept beside the argon2id hash of each password that is set here.

import { randomBytes } from 'node:crypto';
import type { PasswordScheme } from './scheme.ts';
import { makeScramKeys, scramScheme } from './scram-keys.ts';

/** RFC 7677 §4 asks for 4096 at least. Each client pays it at each login, telephones too. */
export const SCRAM_ITERATIONS = 10_000;
const SALT_BYTES = 16;

export const scramSha256: PasswordScheme = scramScheme('SCRAM-SHA-256', 'sha256');

export function makeScramSha256(secret: string): string {
  const keys = makeScramKeys('sha256', secret, { salt: randomBytes(SALT_BYTES), iterations: SCRAM_ITERATIONS });
  const encoded = [keys.salt, keys.storedKey, keys.serverKey].map((octets) => octets.toString('base64'));
  return `{SCRAM-SHA-256}${[keys.iterations, ...encoded].join(',')}`;
}
