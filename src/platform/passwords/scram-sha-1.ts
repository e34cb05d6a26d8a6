// The keys of SCRAM-SHA-1, RFC 5802 §3, in Dovecot's text form. The mechanism is not offered; a secret can be tried against
// them.
//   ITERATIONS,SALT,STORED-KEY,SERVER-KEY      (base64)

import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { err, ok, type Result } from '#base/result.ts';
import { decodeBase64, decodeCount, equalOctets, type KeptSecret, type PasswordScheme } from './scheme.ts';

const KEY_BYTES = 20;
const MOST_ITERATIONS = 1_000_000;
const MOST_SALT_BYTES = 64;

export const scramSha1: PasswordScheme = {
  name: 'SCRAM-SHA-1',

  parse(encoded): Result<KeptSecret, string> {
    const [iterationText, ...octets] = encoded.split(',');
    const iterations = decodeCount(iterationText, 1, MOST_ITERATIONS);
    const [salt, storedKey, serverKey] = octets.map(decodeBase64);
    if (iterations === undefined || octets.length !== 3)
      return err('the form is ITERATIONS,SALT,STORED-KEY,SERVER-KEY');
    if (salt === undefined || salt.length === 0 || salt.length > MOST_SALT_BYTES) return err('the salt is malformed');
    if (storedKey?.length !== KEY_BYTES || serverKey?.length !== KEY_BYTES) {
      return err(`the stored key and the server key have ${KEY_BYTES} octets each`);
    }
    return ok({ matches: (secret) => equalOctets(storedKeyOf(secret, salt, iterations), storedKey) });
  },
};

/** RFC 5802 §3: `StoredKey := H(HMAC(SaltedPassword, "Client Key"))`. */
function storedKeyOf(secret: string, salt: Buffer, iterations: number): Buffer {
  const saltedPassword = pbkdf2Sync(secret, salt, iterations, KEY_BYTES, 'sha1');
  const clientKey = createHmac('sha1', saltedPassword).update('Client Key').digest();
  return createHash('sha1').update(clientKey).digest();
}
