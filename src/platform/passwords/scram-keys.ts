// Keys of SCRAM, RFC 5802 §3 and RFC 7677, in Dovecot's text form:
//   ITERATIONS,SALT,STORED-KEY,SERVER-KEY      (base64)
// A secret can be tried against them, and they can be made of one.

import { pbkdf2Sync } from 'node:crypto';
import { err, ok, type Result } from '#base/result.ts';
import { deriveScramKeys, SCRAM_KEY_OCTETS } from '#protocols/sasl/scram-keys.ts';
import type { ScramHash, ScramVerifier } from '#protocols/sasl/step.ts';
import { decodeBase64, decodeCount, equalOctets, type PasswordScheme } from './scheme.ts';

/** RFC 5802 §5.1 and RFC 7677 §4 ask for 4096 at least; systems that have SHA-1 had begun before that. */
const FEWEST_ITERATIONS: Readonly<Record<ScramHash, number>> = { sha256: 4_096, sha1: 1 };
const MOST_ITERATIONS = 1_000_000;
const MOST_SALT_BYTES = 64;

export function scramScheme(name: string, hash: ScramHash): PasswordScheme {
  return {
    name,
    parse(encoded) {
      const keys = parseScramKeys(hash, encoded);
      if (!keys.ok) return keys;
      const { storedKey } = keys.value;
      return ok({ matches: (secret) => equalOctets(makeScramKeys(hash, secret, keys.value).storedKey, storedKey) });
    },
  };
}

export function parseScramKeys(hash: ScramHash, encoded: string): Result<ScramVerifier, string> {
  const parts = encoded.split(',');
  if (parts.length !== 4) return err('the form is ITERATIONS,SALT,STORED-KEY,SERVER-KEY');
  const iterations = decodeCount(parts[0], FEWEST_ITERATIONS[hash], MOST_ITERATIONS);
  if (iterations === undefined) {
    return err(`the iterations are not within ${FEWEST_ITERATIONS[hash]}…${MOST_ITERATIONS}`);
  }
  const [salt, storedKey, serverKey] = parts.slice(1).map(decodeBase64);
  if (salt === undefined || salt.length === 0 || salt.length > MOST_SALT_BYTES) return err('the salt is malformed');
  const octets = SCRAM_KEY_OCTETS[hash];
  if (storedKey?.length !== octets || serverKey?.length !== octets) {
    return err(`the stored key and the server key have ${octets} octets each`);
  }
  return ok({ iterations, salt, storedKey, serverKey });
}

/** `SaltedPassword := Hi(Normalize(password), salt, i)`, and the keys that follow from it; `secret` is prepared. */
export function makeScramKeys(
  hash: ScramHash,
  secret: string,
  { salt, iterations }: Pick<ScramVerifier, 'salt' | 'iterations'>,
): ScramVerifier {
  const saltedPassword = pbkdf2Sync(secret, salt, iterations, SCRAM_KEY_OCTETS[hash], hash);
  return { iterations, salt, ...deriveScramKeys(hash, saltedPassword) };
}
