// argon2id, and argon2i as older installations have it, in the PHC string form that Dovecot and libsodium write. RFC 9106.
// argon2id is the scheme in which passwords are kept here; the cost of new hashes is the one OWASP names for mail-sized
// machines.
//   $argon2id$v=19$m=19456,t=2,p=1$SALT$TAG      (base64 without padding)

import { argon2Sync, randomBytes } from 'node:crypto';
import { err, ok, type Result } from '#base/result.ts';
import { decodeBase64, decodeCount, equalOctets, type KeptSecret, type PasswordScheme } from './scheme.ts';

const ARGON2_MEMORY_KIB = 19_456;
const ARGON2_PASSES = 2;
const ARGON2_LANES = 1;
const SALT_BYTES = 16;
const TAG_BYTES = 32;

/** What an imported hash may cost at most. */
const MOST_MEMORY_KIB = 1_048_576;
const MOST_PASSES = 64;
const MOST_LANES = 16;
const MOST_SALT_BYTES = 64;
const MOST_TAG_BYTES = 128;

const FORM =
  /^\$(argon2id?)\$v=19\$m=(\d{1,10}),t=(\d{1,10}),p=(\d{1,10})\$([A-Za-z0-9+/]{1,100})\$([A-Za-z0-9+/]{1,200})$/;

export const argon2id: PasswordScheme = argon2Scheme('ARGON2ID', 'argon2id');
export const argon2i: PasswordScheme = argon2Scheme('ARGON2I', 'argon2i');

function argon2Scheme(name: string, algorithm: 'argon2i' | 'argon2id'): PasswordScheme {
  return {
    name,
    parse(encoded): Result<KeptSecret, string> {
      const parts = FORM.exec(encoded);
      if (parts === null || parts[1] !== algorithm) return err(`the form is $${algorithm}$v=19$m=…,t=…,p=…$SALT$TAG`);
      const parallelism = decodeCount(parts[4], 1, MOST_LANES);
      const passes = decodeCount(parts[3], 1, MOST_PASSES);
      const memory = decodeCount(parts[2], 8 * (parallelism ?? 1), MOST_MEMORY_KIB);
      if (memory === undefined || passes === undefined || parallelism === undefined) {
        return err(`its cost is outside m=8…${MOST_MEMORY_KIB}, t=1…${MOST_PASSES}, p=1…${MOST_LANES}`);
      }
      const nonce = decodeBase64(parts[5] ?? '');
      const tag = decodeBase64(parts[6] ?? '');
      if (nonce === undefined || nonce.length < 8 || nonce.length > MOST_SALT_BYTES) {
        return err('the salt is malformed');
      }
      if (tag === undefined || tag.length < 16 || tag.length > MOST_TAG_BYTES) return err('the tag is malformed');
      const cost = { parallelism, passes, memory, tagLength: tag.length };
      return ok({ matches: (secret) => equalOctets(argon2Sync(algorithm, { message: secret, nonce, ...cost }), tag) });
    },
  };
}

export function makeArgon2id(secret: string): string {
  const nonce = randomBytes(SALT_BYTES);
  const tag = argon2Sync('argon2id', {
    message: secret,
    nonce,
    parallelism: ARGON2_LANES,
    passes: ARGON2_PASSES,
    memory: ARGON2_MEMORY_KIB,
    tagLength: TAG_BYTES,
  });
  return formatArgon2id(nonce, tag);
}

/** Nobody's hash, which no secret matches: trying it costs what trying a hash of ours costs. */
export const DECOY_HASH = formatArgon2id(Buffer.alloc(SALT_BYTES), Buffer.alloc(TAG_BYTES));

function formatArgon2id(nonce: Buffer, tag: Buffer): string {
  const cost = `m=${ARGON2_MEMORY_KIB},t=${ARGON2_PASSES},p=${ARGON2_LANES}`;
  return `{ARGON2ID}$argon2id$v=19$${cost}$${unpadded(nonce)}$${unpadded(tag)}`;
}

function unpadded(octets: Buffer): string {
  return octets.toString('base64').replace(/=+$/, '');
}
