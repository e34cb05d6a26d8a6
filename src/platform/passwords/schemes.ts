// The table of password schemes, and the text form `{SCHEME}…` in which a hash is kept. Only ARGON2ID and
// SCRAM-SHA-256 are made here; the others are verified, so that accounts can move in with the passwords they have.

import { err, ok, type Result } from '#base/result.ts';
import { argon2id, makeArgon2id } from './argon2id.ts';
import { blowfishCrypt } from './blowfish-crypt.ts';
import { sha, sha256, sha512, ssha, ssha256, ssha512 } from './digest.ts';
import { pbkdf2 } from './pbkdf2.ts';
import { plain } from './plain.ts';
import type { KeptSecret, PasswordScheme } from './scheme.ts';
import { makeScramSha256, scramSha256 } from './scram-sha-256.ts';
import { sha256Crypt, sha512Crypt } from './sha-crypt.ts';

const SCHEMES: readonly PasswordScheme[] = [
  argon2id,
  scramSha256,
  sha512Crypt,
  sha256Crypt,
  blowfishCrypt,
  pbkdf2,
  ssha,
  ssha256,
  ssha512,
  sha,
  sha256,
  sha512,
  plain,
];

/** {CRYPT}, and a hash without braces as /etc/shadow has it: the scheme by its first characters. */
const CRYPT_PREFIXES: readonly (readonly [prefix: string, scheme: PasswordScheme])[] = [
  ['$argon2id$', argon2id],
  ['$5$', sha256Crypt],
  ['$6$', sha512Crypt],
  ['$2a$', blowfishCrypt],
  ['$2b$', blowfishCrypt],
  ['$2y$', blowfishCrypt],
];

export interface KeptHash extends KeptSecret {
  readonly scheme: string;
  /** `{SCHEME}…` with the scheme's own name, as it is stored. */
  readonly text: string;
}

/** The two texts kept for a password that is set here. */
export interface NewHashes {
  readonly passwordHash: string;
  readonly scramKeys: string;
}

export function parseHash(text: string): Result<KeptHash, string> {
  const braced = /^\{([A-Za-z0-9-]{1,32})\}/.exec(text);
  const encoded = braced === null ? text : text.slice(braced[0].length);
  const name = (braced?.[1] ?? 'CRYPT').toUpperCase();
  const scheme = findScheme(name, encoded);
  if (scheme === undefined) {
    return err(`the scheme of this hash is not known here; known are ${SCHEMES.map((s) => s.name).join(', ')}`);
  }
  const kept = scheme.parse(encoded);
  if (!kept.ok) return err(`this is no ${scheme.name} hash: ${kept.error}`);
  return ok({ ...kept.value, scheme: scheme.name, text: `{${scheme.name}}${encoded}` });
}

/** False too for a hash that cannot be read: nobody logs in with it. */
export function verifySecret(hash: string, secret: string): boolean {
  const kept = parseHash(hash);
  return kept.ok && kept.value.matches(secret);
}

export function hashSecret(secret: string): NewHashes {
  return { passwordHash: makeArgon2id(secret), scramKeys: makeScramSha256(secret) };
}

function findScheme(name: string, encoded: string): PasswordScheme | undefined {
  if (name !== 'CRYPT') return SCHEMES.find((scheme) => scheme.name === name);
  return CRYPT_PREFIXES.find(([prefix]) => encoded.startsWith(prefix))?.[1];
}
