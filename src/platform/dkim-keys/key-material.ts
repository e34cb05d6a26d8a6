// Key pairs: made, read from PEM, and what the DNS is told of them. RFC 8301 §3.2: RSA of less than 1024 bits signs nothing.

import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { err, ok, type Result } from '#base/result.ts';
import { messageOf } from '#base/thrown.ts';
import { unreachable } from '#base/unreachable.ts';
import type { SigningAlgorithm } from '#protocols/dkim/algorithm.ts';

export const LEAST_RSA_BITS = 1024;
export const MOST_RSA_BITS = 4096;
/** RFC 8463 §4: the record has the key itself, which stands at the end of the SubjectPublicKeyInfo. */
const ED25519_OCTETS = 32;

export interface KeyMaterial {
  readonly secretKey: KeyObject;
  readonly algorithm: SigningAlgorithm;
  readonly bits: number | undefined;
  /** As the DNS has it. */
  readonly publicKey: string;
}

const generate = promisify(generateKeyPair);

/** As PEM, PKCS #8. */
export async function generateSecretKey(algorithm: SigningAlgorithm, bits: number): Promise<string> {
  const { privateKey } = await generatePair(algorithm, bits);
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function generatePair(algorithm: SigningAlgorithm, bits: number): Promise<{ readonly privateKey: KeyObject }> {
  switch (algorithm) {
    case 'rsa-sha256':
      return generate('rsa', { modulusLength: bits });
    case 'ed25519-sha256':
      return generate('ed25519', {});
    default:
      return unreachable(algorithm);
  }
}

export function readSecretKey(pem: string): Result<KeyMaterial, string> {
  let secretKey: KeyObject;
  try {
    secretKey = createPrivateKey(pem);
  } catch (cause) {
    return err(`it is no secret key: ${messageOf(cause)}`);
  }
  const spki = createPublicKey(secretKey).export({ type: 'spki', format: 'der' });
  switch (secretKey.asymmetricKeyType) {
    case 'rsa': {
      const bits = secretKey.asymmetricKeyDetails?.modulusLength ?? 0;
      if (bits < LEAST_RSA_BITS) return err(`an RSA key of ${bits} bits is too weak; it needs ${LEAST_RSA_BITS}`);
      return ok({ secretKey, algorithm: 'rsa-sha256', bits, publicKey: spki.toString('base64') });
    }
    case 'ed25519': {
      const publicKey = spki.subarray(-ED25519_OCTETS).toString('base64');
      return ok({ secretKey, algorithm: 'ed25519-sha256', bits: undefined, publicKey });
    }
    default:
      return err(`a key of type ${secretKey.asymmetricKeyType ?? 'unknown'} signs no mail; RSA and Ed25519 do`);
  }
}
