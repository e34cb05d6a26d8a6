// The arithmetic of SCRAM, with SHA-256 or, as older systems have it, with SHA-1. RFC 5802 §3, RFC 7677 §3.
//
//   ClientKey       := HMAC(SaltedPassword, "Client Key")
//   StoredKey       := H(ClientKey)
//   ServerKey       := HMAC(SaltedPassword, "Server Key")
//   ClientSignature := HMAC(StoredKey, AuthMessage)
//   ClientProof     := ClientKey XOR ClientSignature
//   ServerSignature := HMAC(ServerKey, AuthMessage)

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { ScramHash, ScramVerifier } from './step.ts';

export const SCRAM_KEY_OCTETS: Readonly<Record<ScramHash, number>> = { sha256: 32, sha1: 20 };

/** What a server stores, from what PBKDF2 made of the password (RFC 5802: `SaltedPassword := Hi(…)`). */
export function deriveScramKeys(
  hash: ScramHash,
  saltedPassword: Buffer,
): { readonly storedKey: Buffer; readonly serverKey: Buffer } {
  return {
    storedKey: digest(hash, hmac(hash, saltedPassword, 'Client Key')),
    serverKey: hmac(hash, saltedPassword, 'Server Key'),
  };
}

export function clientProof(hash: ScramHash, saltedPassword: Buffer, authMessage: string): Buffer {
  const clientKey = hmac(hash, saltedPassword, 'Client Key');
  return xor(clientKey, hmac(hash, digest(hash, clientKey), authMessage));
}

export function serverSignature(hash: ScramHash, serverKey: Buffer, authMessage: string): Buffer {
  return hmac(hash, serverKey, authMessage);
}

/** In constant time: the key that the proof reveals must hash to the stored one. */
export function isProof(hash: ScramHash, storedKey: Buffer, authMessage: string, proof: Buffer): boolean {
  const octets = SCRAM_KEY_OCTETS[hash];
  if (proof.length !== octets || storedKey.length !== octets) return false;
  const clientKey = xor(proof, hmac(hash, storedKey, authMessage));
  return timingSafeEqual(digest(hash, clientKey), storedKey);
}

/** What a stranger sees of keys before any proof. */
export interface ScramShape {
  readonly saltOctets: number;
  readonly iterations: number;
}

/** For a name that nobody has, in the one spelling of all its logins. The keys can be made in any shape a stranger may see. */
export type DecoyKeys = (shape: ScramShape) => ScramVerifier;

/**
 * Always the same for the same name: whoever asks twice, or compares, learns nothing, and no proof ever fits them. All that
 * takes time is done here, whether or not they are needed then. RFC 5802 §9.
 */
export function makeDecoyKeys(secret: Buffer, name: string, hash: ScramHash): DecoyKeys {
  const make = (purpose: string) => hmac('sha256', secret, `${purpose}\0${name}`);
  const salt = Buffer.concat([make('salt'), make('more salt')]);
  const storedKey = make('stored key').subarray(0, SCRAM_KEY_OCTETS[hash]);
  const serverKey = make('server key').subarray(0, SCRAM_KEY_OCTETS[hash]);
  return ({ saltOctets, iterations }) => ({ salt: salt.subarray(0, saltOctets), iterations, storedKey, serverKey });
}

function hmac(hash: ScramHash, key: Buffer, text: string): Buffer {
  return createHmac(hash, key).update(text).digest();
}

function digest(hash: ScramHash, octets: Buffer): Buffer {
  return createHash(hash).update(octets).digest();
}

function xor(a: Buffer, b: Buffer): Buffer {
  const result = Buffer.alloc(a.length);
  for (let i = 0; i < a.length; i += 1) result[i] = (a[i] ?? 0) ^ (b[i] ?? 0);
  return result;
}
