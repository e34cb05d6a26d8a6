// PBKDF2 with HMAC-SHA-1 as Dovecot's {PBKDF2} has it. RFC 8018 §5.2.
//   $1$SALT$ROUNDS$HEX

import { pbkdf2Sync } from 'node:crypto';
import { err, ok, type Result } from '#base/result.ts';
import { decodeCount, equalOctets, type KeptSecret, type PasswordScheme } from './scheme.ts';

const KEY_BYTES = 20;
const MOST_ROUNDS = 5_000_000;

const FORM = /^\$1\$([^$]{1,64})\$(\d{1,10})\$([0-9a-fA-F]{40})$/;

export const pbkdf2: PasswordScheme = {
  name: 'PBKDF2',

  parse(encoded): Result<KeptSecret, string> {
    const parts = FORM.exec(encoded);
    if (parts === null) return err('the form is $1$SALT$ROUNDS$ and 40 hexadecimal digits');
    const rounds = decodeCount(parts[2], 1, MOST_ROUNDS);
    if (rounds === undefined) return err(`the rounds are not within 1…${MOST_ROUNDS}`);
    const salt = parts[1] ?? '';
    const kept = Buffer.from(parts[3] ?? '', 'hex');
    return ok({ matches: (secret) => equalOctets(pbkdf2Sync(secret, salt, rounds, KEY_BYTES, 'sha1'), kept) });
  },
};
