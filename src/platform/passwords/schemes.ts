// The table of password schemes, and the text form `{SCHEME}…` in which a hash is kept. Only ARGON2ID and
// SCRAM-SHA-256 are made here; the others are verified, so that accounts can move in with the passwords they have.

import { err, ok, type Result } from '#base/result.ts';
import { argon2i, argon2id, makeArgon2id } from './argon2id.ts';
import { blowfishCrypt } from './blowfish-crypt.ts';
import { cramMd5 } from './cram-md5.ts';
import { ldapMd5, plainMd5, sha, sha256, sha512, smd5, ssha, ssha256, ssha512 } from './digest.ts';
import { pbkdf2 } from './pbkdf2.ts';
import { plain } from './plain.ts';
import { decodeBase64, type KeptSecret, type PasswordScheme } from './scheme.ts';
import { scramSha1 } from './scram-sha-1.ts';
import { makeScramSha256, scramSha256 } from './scram-sha-256.ts';
import { sha256Crypt, sha512Crypt } from './sha-crypt.ts';
import { desCrypt, md5Crypt, yescrypt } from './system-crypt.ts';

const SCHEMES: readonly PasswordScheme[] = [
  argon2id,
  argon2i,
  scramSha256,
  scramSha1,
  sha512Crypt,
  sha256Crypt,
  blowfishCrypt,
  yescrypt,
  md5Crypt,
  desCrypt,
  pbkdf2,
  ssha,
  ssha256,
  ssha512,
  smd5,
  sha,
  sha256,
  sha512,
  plainMd5,
  ldapMd5,
  cramMd5,
  plain,
];

/** Dovecot's other names of the same. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  CLEAR: 'PLAIN',
  CLEARTEXT: 'PLAIN',
  'HMAC-MD5': 'CRAM-MD5',
  MD5: 'MD5-CRYPT',
  SHA1: 'SHA',
};

/** {CRYPT}, and a hash without braces as /etc/shadow has it: the scheme by its first characters. */
const CRYPT_PREFIXES: readonly (readonly [prefix: string, scheme: PasswordScheme])[] = [
  ['$argon2id$', argon2id],
  ['$argon2i$', argon2i],
  ['$1$', md5Crypt],
  ['$5$', sha256Crypt],
  ['$6$', sha512Crypt],
  ['$2a$', blowfishCrypt],
  ['$2b$', blowfishCrypt],
  ['$2y$', blowfishCrypt],
  ['$y$', yescrypt],
  ['$gy$', yescrypt],
];
const DES_CRYPT = /^[./0-9A-Za-z]{13}$/;

/** `{SHA256.HEX}`: what follows the dot says how the octets are written. */
const BRACES = /^\{([A-Za-z0-9-]{1,32})(?:\.(HEX|B64|BASE64))?\}/i;

export interface KeptHash extends KeptSecret {
  readonly scheme: string;
  readonly isCheap: boolean;
  /** `{SCHEME}…` with the scheme's own name, as it is stored. */
  readonly text: string;
}

/** The two texts kept for a password that is set here. */
export interface NewHashes {
  readonly passwordHash: string;
  readonly scramKeys: string;
}

export function parseHash(text: string): Result<KeptHash, string> {
  const [braces = '', written = 'CRYPT', encoding] = BRACES.exec(text) ?? [];
  const encoded = decode(text.slice(braces.length), written.toUpperCase(), encoding?.toUpperCase());
  const scheme = findScheme(written.toUpperCase(), encoded);
  if (scheme === undefined) {
    return err(`the scheme of this hash is not known here; known are ${SCHEMES.map((s) => s.name).join(', ')}`);
  }
  const kept = scheme.parse(encoded);
  if (!kept.ok) return err(`this is no ${scheme.name} hash: ${kept.error}`);
  return ok({
    ...kept.value,
    scheme: scheme.name,
    isCheap: scheme.isCheap ?? false,
    text: `{${scheme.name}}${encoded}`,
  });
}

/** Where a directory does not say the scheme itself: `defaultScheme` is `CRYPT`, `PLAIN` … */
export function withScheme(text: string, defaultScheme: string): string {
  return BRACES.test(text) ? text : `{${defaultScheme}}${text}`;
}

/** False too for a hash that cannot be read: nobody logs in with it. */
export function verifySecret(hash: string, secret: string): boolean {
  const kept = parseHash(hash);
  return kept.ok && kept.value.matches(secret);
}

export function hashSecret(secret: string): NewHashes {
  return { passwordHash: makeArgon2id(secret), scramKeys: makeScramSha256(secret) };
}

/** Digests in base64, a text as itself; what does not fit its encoding is nothing that a scheme can read. */
function decode(text: string, written: string, encoding: string | undefined): string {
  if (encoding === undefined) return text;
  const isHex = encoding === 'HEX' && /^(?:[0-9a-fA-F]{2})*$/.test(text);
  const octets = encoding === 'HEX' ? (isHex ? Buffer.from(text, 'hex') : undefined) : decodeBase64(text);
  if (octets === undefined) return '';
  return (OTHER_NAMES[written] ?? written) === plain.name ? octets.toString() : octets.toString('base64');
}

function findScheme(written: string, encoded: string): PasswordScheme | undefined {
  const name = OTHER_NAMES[written] ?? written;
  if (name !== 'CRYPT') return SCHEMES.find((scheme) => scheme.name === name);
  const prefixed = CRYPT_PREFIXES.find(([prefix]) => encoded.startsWith(prefix))?.[1];
  return prefixed ?? (DES_CRYPT.test(encoded) ? desCrypt : undefined);
}
