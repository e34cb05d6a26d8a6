// What a password scheme is: a way of keeping a secret that can be read from text and tried. One file a scheme; the
// table of them is `schemes.ts`. Parsing tells the administrator what is wrong with a hash before it is stored, and
// bounds what trying it may cost, so that an imported hash can never occupy a thread for hours.

import { timingSafeEqual } from 'node:crypto';
import type { Result } from '#base/result.ts';

/** A stored secret, parsed. */
export interface KeptSecret {
  /** Takes as long for a right secret as for a wrong one; runs in a password thread. */
  matches(secret: string): boolean;
}

export interface PasswordScheme {
  /** As it stands between the braces: `SHA512-CRYPT`. */
  readonly name: string;
  /** Trying it takes some microseconds, less than the way to a thread. */
  readonly isCheap?: boolean;
  /** The text behind the braces; the error says what is wrong with it, for a person. */
  parse(encoded: string): Result<KeptSecret, string>;
}

export function equalOctets(computed: Uint8Array, kept: Uint8Array): boolean {
  return computed.length === kept.length && timingSafeEqual(computed, kept);
}

/** Strict base64 with or without padding; `undefined` for anything else (Buffer.from would skip what it cannot read). */
export function decodeBase64(text: string): Buffer | undefined {
  const bare = text.replace(/={1,2}$/, '');
  if (!/^[A-Za-z0-9+/]*$/.test(bare) || bare.length % 4 === 1) return undefined;
  return Buffer.from(bare, 'base64');
}

/** Decimal digits only, within the bounds; `undefined` for anything else. */
export function decodeCount(text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined || !/^[0-9]{1,10}$/.test(text)) return undefined;
  const count = Number(text);
  return count >= least && count <= most ? count : undefined;
}
