// Changing the directory: what `valija domain|account|alias` and later the admin page do. Every refusal is a value
// with a text for the person who asked.

import type { Result } from '#base/result.ts';
import type { Account } from '#mail/ports/directory.ts';

export interface Refusal {
  readonly code: 'exists' | 'not-found' | 'invalid' | 'in-use';
  /** What is wrong, where, and what to do; English. */
  readonly message: string;
  /** The message's name and the values in it, so that a view can say it in another language. */
  readonly phrase?: string;
  readonly details?: Readonly<Record<string, string>>;
}

export interface DomainRecord {
  readonly name: string;
  readonly catchAll: string | undefined;
  readonly disabled: boolean;
  /** `undefined` for those of a source, which would have to be asked for all of them. */
  readonly accounts: number | undefined;
  readonly aliases: number | undefined;
  readonly createdMs: number | undefined;
  /** Whose domain it is, where that is not the embedded directory's: a `[[directory]]` of the settings. */
  readonly source?: string;
}

export interface AccountRecord extends Account {
  readonly domain: string;
  /** `undefined` where its source does not say. */
  readonly createdMs: number | undefined;
  /** The hash's scheme (`ARGON2ID`, `SHA512-CRYPT` …), never the hash; `undefined` where no password is set. */
  readonly passwordScheme: string | undefined;
  readonly scram: boolean;
  /** Where it comes from, where that is not the embedded directory: a `[[directory]]` of the settings. */
  readonly source?: string;
  /** Why nobody can log in to it as it stands, and what to do. */
  readonly problem?: string | undefined;
}

export interface AliasRecord {
  readonly address: string;
  readonly targets: readonly string[];
  readonly createdMs: number;
}

export interface AccountSettings {
  readonly displayName?: string;
  readonly disabled?: boolean;
  readonly quotaBytes?: number;
  readonly addAddresses?: readonly string[];
  readonly removeAddresses?: readonly string[];
}

export interface DirectoryAdmin {
  addDomain(name: string, settings: { catchAll?: string }): Promise<Result<DomainRecord, Refusal>>;
  listDomains(): Promise<DomainRecord[]>;
  showDomain(name: string): Promise<Result<DomainRecord, Refusal>>;
  setDomain(
    name: string,
    settings: { catchAll?: string | null; disabled?: boolean },
  ): Promise<Result<DomainRecord, Refusal>>;
  /** Refused while the domain has accounts or aliases. */
  removeDomain(name: string): Promise<Result<DomainRecord, Refusal>>;

  addAccount(
    address: string,
    password: string | undefined,
    settings: AccountSettings,
  ): Promise<Result<AccountRecord, Refusal>>;
  listAccounts(domain: string | undefined): Promise<AccountRecord[]>;
  showAccount(address: string): Promise<Result<AccountRecord, Refusal>>;
  setAccount(address: string, settings: AccountSettings): Promise<Result<AccountRecord, Refusal>>;
  /** The mail stays where it is; only the account goes. */
  removeAccount(address: string): Promise<Result<AccountRecord, Refusal>>;
  /** Stores argon2id and the SCRAM-SHA-256 keys together. */
  setPassword(address: string, password: string): Promise<Result<AccountRecord, Refusal>>;
  /** A hash of another system, in Dovecot's `{SCHEME}…` form; such an account cannot use SCRAM. */
  setPasswordHash(address: string, hash: string): Promise<Result<AccountRecord, Refusal>>;

  addAlias(address: string, targets: readonly string[]): Promise<Result<AliasRecord, Refusal>>;
  listAliases(domain: string | undefined): Promise<AliasRecord[]>;
  showAlias(address: string): Promise<Result<AliasRecord, Refusal>>;
  setAlias(address: string, targets: readonly string[]): Promise<Result<AliasRecord, Refusal>>;
  removeAlias(address: string): Promise<Result<AliasRecord, Refusal>>;
}
