// The arithmetic of SCRAM-SHA-256. RFC 5802 §3, RFC 7677 §3.
//
//   ClientKey       := HMAC(SaltedPassword, "Client Key")
//   StoredKey       := H(ClientKey)
//   ServerKey       := HMAC(SaltedPassword, "Server Key")
//   ClientSignature := HMAC(StoredKey, AuthMessage)
//   ClientProof     := ClientKey XOR ClientSignature
//   ServerSignature := HMAC(ServerKey, AuthMessage)

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { ScramVerifier } from './step.ts';

export const SCRAM_KEY_OCTETS = 32;

/** What a server stores, from what PBKDF2 made of the password (RFC 5802: `SaltedPassword := Hi(…)`). */
export function deriveScramKeys(saltedPassword: Buffer): { readonly storedKey: Buffer; readonly serverKey: Buffer } {
  return { storedKey: sha256(hmac(saltedPassword, 'Client Key')), serverKey: hmac(saltedPassword, 'Server Key') };
}

export function clientProof(saltedPassword: Buffer, authMessage: string): Buffer {
  const clientKey = hmac(saltedPassword, 'Client Key');
  return xor(clientKey, hmac(sha256(clientKey), authMessage));
}

export function serverSignature(serverKey: Buffer, authMessage: string): Buffer {
  return hmac(serverKey, authMessage);
}

/** In constant time: the key that the proof reveals must hash to the stored one. */
export function isProof(storedKey: Buffer, authMessage: string, proof: Buffer): boolean {
  if (proof.length !== SCRAM_KEY_OCTETS || storedKey.length !== SCRAM_KEY_OCTETS) return false;
  const clientKey = xor(proof, hmac(storedKey, authMessage));
  return timingSafeEqual(sha256(clientKey), storedKey);
}

/**
 * Keys for an account that is not there, always the same for the same login: whoever asks twice, or compares, learns
 * nothing, and no proof ever fits them. RFC 5802 §9.
 */
export function decoyKeys(
  secret: Buffer,
  login: string,
  shape: { saltOctets: number; iterations: number },
): ScramVerifier {
  const make = (purpose: string) => hmac(secret, `${purpose}\0${login.normalize('NFKC').toLowerCase()}`);
  return {
    salt: make('salt').subarray(0, shape.saltOctets),
    iterations: shape.iterations,
    storedKey: make('stored key'),
    serverKey: make('server key'),
  };
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(octets: Buffer): Buffer {
  return createHash('sha256').update(octets).digest();
}

function xor(a: Buffer, b: Buffer): Buffer {
  const result = Buffer.alloc(a.length);
  for (let i = 0; i < a.length; i += 1) result[i] = (a[i] ?? 0) ^ (b[i] ?? 0);
  return result;
}
