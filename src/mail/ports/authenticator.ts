// Proves who somebody is. Hashing runs beside the event loop; secrets are compared in constant time; an unknown
// account costs as much time as a wrong password.

import type { Account } from '#mail/ports/directory.ts';

export type PasswordCheck =
  | { readonly kind: 'accepted'; readonly account: Account }
  | { readonly kind: 'rejected'; readonly reason: 'unknown-account' | 'wrong-password' | 'disabled' | 'no-password' }
  /** The source could not be asked: 454 4.7.0, `NO [UNAVAILABLE]`; never «wrong password». */
  | { readonly kind: 'unavailable' };

/** RFC 5802 §3. */
export interface ScramKeys {
  readonly account: Account;
  readonly salt: Buffer;
  readonly iterations: number;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
}

export interface Authenticator {
  checkPassword(login: string, password: string): Promise<PasswordCheck>;
  /**
   * For an unknown or disabled account `undefined`: the exchange then goes on with keys made from the login, so that
   * a stranger cannot tell. Throws WorldError when the source cannot be asked.
   */
  findScramKeys(login: string): Promise<ScramKeys | undefined>;
}
