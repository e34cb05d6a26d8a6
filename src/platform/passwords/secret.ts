// What a person types as a password: how it is prepared before it is hashed or tried (SASLprep, RFC 4013), and what a
// new one must be like. Characters newer than Unicode 3.2 are let through: people have emoji in their passwords.

import saslprep from '@mongodb-js/saslprep';
import { err, ok, type Result } from '#base/result.ts';

export const LEAST_SECRET_CHARACTERS = 8;
/** RFC 4616 §2 and RFC 5802 set no limit; the time to hash one must have one. */
export const MOST_SECRET_OCTETS = 1_000;

export type SecretFault = 'too-short' | 'too-long' | 'control-character' | 'unusable-character';

/** `undefined` where SASLprep forbids it: control characters, private use, lone surrogates, mixed directions. */
export function prepareSecret(secret: string): string | undefined {
  if (!secret.isWellFormed()) return undefined;
  try {
    return saslprep(secret, { allowUnassigned: true });
  } catch {
    return undefined;
  }
}

/**
 * The forms in which a secret is tried: prepared, and as typed where that differs, since the hashes of other systems
 * were made from the octets as typed. None for a secret that nobody can have.
 */
export function formsOfSecret(secret: string): string[] {
  if (secret === '' || Buffer.byteLength(secret) > MOST_SECRET_OCTETS) return [];
  const prepared = prepareSecret(secret);
  return prepared === undefined || prepared === '' || prepared === secret ? [secret] : [prepared, secret];
}

/** A new password, prepared. */
export function parseNewSecret(secret: string): Result<string, SecretFault> {
  if (Buffer.byteLength(secret) > MOST_SECRET_OCTETS) return err('too-long');
  if (/[\x00-\x1f\x7f-\x9f]/.test(secret)) return err('control-character');
  const prepared = prepareSecret(secret);
  if (prepared === undefined) return err('unusable-character');
  if ([...prepared].length < LEAST_SECRET_CHARACTERS) return err('too-short');
  return ok(prepared);
}
