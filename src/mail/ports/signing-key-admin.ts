// The keys that sign mail, as an administrator sees them: what `valija dkim` does. A key is published in the DNS before it
// is used, and stays there while mail that it signed is under way.

import type { Result } from '#base/result.ts';
import type { Refusal } from '#mail/ports/directory-admin.ts';
import type { SigningAlgorithm } from '#protocols/dkim/algorithm.ts';

/**
 * `next`: to be published, not used yet. `active`: signs. `retiring`: signs no more, and must stay published. `revoked`: no
 * mail with its signature can be under way.
 */
export const KEY_STATUSES = ['next', 'active', 'retiring', 'revoked'] as const;
export type KeyStatus = (typeof KEY_STATUSES)[number];

export interface SigningKeyRecord {
  /** Whose authors' mail it signs. */
  readonly author: string;
  /** The domain that answers for it, and that publishes it: mostly the same. */
  readonly domain: string;
  readonly selector: string;
  readonly algorithm: SigningAlgorithm;
  /** Of an RSA key. */
  readonly bits: number | undefined;
  readonly status: KeyStatus;
  /** Since when it has this status. */
  readonly sinceMs: number;
  readonly createdMs: number;
  /** While it is retiring: when it will be revoked. */
  readonly revokedFromMs: number | undefined;
  /** As the DNS has it; `` where it cannot be read. */
  readonly publicKey: string;
  /** Why it cannot sign; `undefined` where it can. */
  readonly fault: string | undefined;
}

/**
 * Of the record in the DNS. `different`: another key stands there, or no key at all; `ambiguous`: several records;
 * `unknown`: the DNS did not answer.
 */
const KEY_PUBLICATIONS = ['published', 'missing', 'different', 'ambiguous', 'unknown'] as const;
export type KeyPublication = (typeof KEY_PUBLICATIONS)[number];

export interface CheckedKeyRecord extends SigningKeyRecord {
  readonly publication: KeyPublication;
}

export interface NewKeys {
  readonly domain: string;
  /** `undefined`: named after the month. */
  readonly selector: string | undefined;
  readonly algorithms: readonly SigningAlgorithm[];
  /** Of an RSA key. */
  readonly bits: number;
  /** Even where the domain has none in use: it is published first. */
  readonly asNext: boolean;
}

export interface ImportedKey {
  readonly author: string;
  readonly domain: string;
  readonly selector: string;
  /** PEM: PKCS #1 or PKCS #8. */
  readonly secretKey: string;
}

export interface SigningKeyAdmin {
  /** In use at once where the domain has none of that algorithm, else `next`. */
  generate(wanted: NewKeys): Promise<Result<readonly SigningKeyRecord[], Refusal>>;
  list(author: string | undefined): Promise<readonly SigningKeyRecord[]>;
  /**
   * The next keys become active and the active ones retire; where there is no next key, one is made, to be published before
   * the next rotation. What changed. Refused while the DNS does not have a key that would become active, unless forced.
   */
  rotate(author: string, force: boolean): Promise<Result<readonly SigningKeyRecord[], Refusal>>;
  /** What the DNS says of each key, now. */
  check(author: string): Promise<Result<readonly CheckedKeyRecord[], Refusal>>;
  importKey(key: ImportedKey): Promise<Result<SigningKeyRecord, Refusal>>;
  /** Refused for a key whose signatures may be under way, unless forced. */
  remove(author: string, selector: string, force: boolean): Promise<Result<SigningKeyRecord, Refusal>>;
}
