// SHA-256 and SHA-512 crypt, as Linux keeps them in /etc/shadow and Dovecot as {SHA256-CRYPT} and {SHA512-CRYPT}.
//   $6$SALT$HASH     $6$rounds=N$SALT$HASH      ($5$ for SHA-256)

import { encrypt } from 'unixcrypt';
import { err, ok, type Result } from '#base/result.ts';
import { decodeCount, equalOctets, type KeptSecret, type PasswordScheme } from './scheme.ts';

const FEWEST_ROUNDS = 1_000;
const MOST_ROUNDS = 2_000_000;

const FORM = /^\$([56])\$(?:rounds=(\d{1,10})\$)?([./0-9A-Za-z]{0,16})\$([./0-9A-Za-z]{43}|[./0-9A-Za-z]{86})$/;

export const sha256Crypt: PasswordScheme = {
  name: 'SHA256-CRYPT',
  parse: (encoded) => parseShaCrypt(encoded, '5', 43),
};
export const sha512Crypt: PasswordScheme = {
  name: 'SHA512-CRYPT',
  parse: (encoded) => parseShaCrypt(encoded, '6', 86),
};

function parseShaCrypt(encoded: string, id: '5' | '6', hashLength: number): Result<KeptSecret, string> {
  const parts = FORM.exec(encoded);
  const hash = parts?.[4] ?? '';
  if (parts === null || parts[1] !== id || hash.length !== hashLength) {
    return err(`the form is $${id}$SALT$HASH or $${id}$rounds=N$SALT$HASH`);
  }
  if (parts[2] !== undefined && decodeCount(parts[2], FEWEST_ROUNDS, MOST_ROUNDS) === undefined) {
    return err(`the rounds are not within ${FEWEST_ROUNDS}…${MOST_ROUNDS}`);
  }
  const setting = encoded.slice(0, encoded.length - hash.length - 1);
  return ok({
    matches(secret) {
      const computed = encrypt(secret, setting);
      return equalOctets(Buffer.from(computed.slice(computed.lastIndexOf('$') + 1)), Buffer.from(hash));
    },
  });
}
