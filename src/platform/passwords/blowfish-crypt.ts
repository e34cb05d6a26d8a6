// bcrypt, {BLF-CRYPT} at Dovecot: $2a$, $2b$ and $2y$ name the same computation as it is done today.
//   $2y$COST$SALTHASH      (22 + 31 characters of bcrypt's own base64)

import { compareSync } from 'bcryptjs';
import { err, ok, type Result } from '#base/result.ts';
import { decodeCount, type KeptSecret, type PasswordScheme } from './scheme.ts';

const LEAST_COST = 4;
const MOST_COST = 15;

const FORM = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;

export const blowfishCrypt: PasswordScheme = {
  name: 'BLF-CRYPT',

  parse(encoded): Result<KeptSecret, string> {
    const parts = FORM.exec(encoded);
    if (parts === null) return err('the form is $2y$COST$ and 53 characters');
    if (decodeCount(parts[1], LEAST_COST, MOST_COST) === undefined) {
      return err(`the cost is not within ${LEAST_COST}…${MOST_COST}`);
    }
    return ok({ matches: (secret) => compareSync(secret, encoded) });
  },
};
