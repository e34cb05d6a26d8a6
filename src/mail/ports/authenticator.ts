// Proves who somebody is. Hashing runs beside the event loop; secrets are compared in constant time; an unknown
// account costs as much time as a wrong password.

import type { Account } from '#mail/ports/directory.ts';
import type { ScramShape } from '#protocols/sasl/scram-keys.ts';
import type { ScramHash, ScramVerifier } from '#protocols/sasl/step.ts';

export type PasswordCheck =
  | { readonly kind: 'accepted'; readonly account: Account }
  | { readonly kind: 'rejected'; readonly reason: 'unknown-account' | 'wrong-password' | 'disabled' | 'no-password' }
  /** The source could not be asked: 454 4.7.0, `NO [UNAVAILABLE]`; never «wrong password». */
  | { readonly kind: 'unavailable' };

export interface ScramQuestion {
  readonly login: string;
  readonly hash: ScramHash;
  /**
   * For keys that are made of a secret that is kept in clear: as somebody who is not there would get them, so that the two
   * cannot be told apart.
   */
  readonly salt: Buffer;
  readonly iterations: number;
}

export type ScramAnswer =
  | { readonly kind: 'keys'; readonly account: Account; readonly keys: ScramVerifier }
  | {
      readonly kind: 'none';
      /** For the log: a stranger must not notice. A disabled account has no keys. */
      readonly reason: 'unknown-account' | 'no-keys';
      /** What the keys of those look like who have some there, where that is not the usual. */
      readonly like?: ScramShape | undefined;
    };

export interface Authenticator {
  checkPassword(login: string, password: string): Promise<PasswordCheck>;
  /**
   * The one name that all ways to write a login have, whether or not anybody has it: `nadie@valija.test` for `Nadie`, where
   * the server has one domain. A stranger who compares what two of them get learns nothing. Throws WorldError.
   */
  nameOf(login: string): Promise<string>;
  /**
   * Where there are none the exchange goes on with keys made from that name, so that a stranger cannot tell. Throws
   * WorldError when the source cannot be asked.
   */
  findScramKeys(question: ScramQuestion): Promise<ScramAnswer>;
}
