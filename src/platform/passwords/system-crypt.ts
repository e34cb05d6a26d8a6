// Hashes that the system's libcrypt tries: {DES-CRYPT}, {MD5-CRYPT}, and yescrypt, which Debian keeps in /etc/shadow. Where
// libcrypt is missing, who has such a hash is told «later». crypt(5)
//   SSHHHHHHHHHHH      $1$SALT$HASH      $y$j9T$SALT$HASH

import { err, ok, type Result } from '#base/result.ts';
import { type CryptNow, openCryptNow } from '#platform/native/system-crypt.ts';
import { equalOctets, type KeptSecret, type PasswordScheme } from './scheme.ts';

/** The letters before the salt are the cost: D is 512 MiB. */
const YESCRYPT = /^\$g?y\$j[789A-D][5T]\$[./0-9A-Za-z]{1,86}\$[./0-9A-Za-z]{43}$/;

export const desCrypt = cryptScheme('DES-CRYPT', /^[./0-9A-Za-z]{13}$/, 'two characters of salt and 11 of hash');
export const md5Crypt = cryptScheme(
  'MD5-CRYPT',
  /^\$1\$[^$:\s]{0,8}\$[./0-9A-Za-z]{22}$/,
  '$1$SALT$ and 22 characters',
);
export const yescrypt = cryptScheme('CRYPT', YESCRYPT, '$y$j9T$SALT$ and 43 characters, of a usual cost');

let crypt: CryptNow | undefined;

function cryptScheme(name: string, form: RegExp, right: string): PasswordScheme {
  return {
    name,
    parse(encoded): Result<KeptSecret, string> {
      if (!form.test(encoded)) return err(`the form is ${right}`);
      return ok({
        matches(secret) {
          // A NUL would end the secret for libcrypt: `right\0anything` must not be `right`.
          if (secret.includes('\0')) return false;
          crypt ??= openCryptNow();
          const computed = crypt(secret, encoded);
          return computed !== undefined && equalOctets(Buffer.from(computed), Buffer.from(encoded));
        },
      });
    },
  };
}
