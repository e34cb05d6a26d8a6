// Plain and salted digests, as LDAP directories and old passwd files keep them: {SHA}, {SSHA}, {PLAIN-MD5} …
//   base64(HASH)      base64(HASH SALT)      hex(HASH)          HASH = H(secret SALT)

import { createHash } from 'node:crypto';
import { err, ok, type Result } from '#base/result.ts';
import { decodeBase64, equalOctets, type KeptSecret, type PasswordScheme } from './scheme.ts';

const MOST_SALT_BYTES = 64;

export const sha: PasswordScheme = digestScheme('SHA', 'sha1', 20, 'unsalted');
export const sha256: PasswordScheme = digestScheme('SHA256', 'sha256', 32, 'unsalted');
export const sha512: PasswordScheme = digestScheme('SHA512', 'sha512', 64, 'unsalted');
export const ssha: PasswordScheme = digestScheme('SSHA', 'sha1', 20, 'salted');
export const ssha256: PasswordScheme = digestScheme('SSHA256', 'sha256', 32, 'salted');
export const ssha512: PasswordScheme = digestScheme('SSHA512', 'sha512', 64, 'salted');
export const plainMd5: PasswordScheme = digestScheme('PLAIN-MD5', 'md5', 16, 'unsalted');
export const ldapMd5: PasswordScheme = digestScheme('LDAP-MD5', 'md5', 16, 'unsalted');
export const smd5: PasswordScheme = digestScheme('SMD5', 'md5', 16, 'salted');

function digestScheme(
  name: string,
  algorithm: string,
  digestBytes: number,
  form: 'salted' | 'unsalted',
): PasswordScheme {
  const [leastSalt, mostSalt] = form === 'salted' ? [1, MOST_SALT_BYTES] : [0, 0];
  return {
    name,
    isCheap: true,
    parse(encoded): Result<KeptSecret, string> {
      const octets = decodeDigest(encoded, digestBytes);
      if (octets === undefined) return err('it is neither base64 nor hexadecimal');
      const saltBytes = octets.length - digestBytes;
      if (saltBytes < leastSalt || saltBytes > mostSalt) {
        return err(`it has ${octets.length} octets, not ${digestBytes}${form === 'salted' ? ' and a salt' : ''}`);
      }
      const kept = octets.subarray(0, digestBytes);
      const salt = octets.subarray(digestBytes);
      return ok({
        matches: (secret) => equalOctets(createHash(algorithm).update(secret).update(salt).digest(), kept),
      });
    },
  };
}

/** Unsalted ones may be in hexadecimal, which their length tells. */
function decodeDigest(encoded: string, digestBytes: number): Buffer | undefined {
  const isHex = encoded.length === 2 * digestBytes && /^[0-9a-fA-F]*$/.test(encoded);
  return isHex ? Buffer.from(encoded, 'hex') : decodeBase64(encoded);
}
