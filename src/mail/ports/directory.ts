// Who is who: domains, accounts, aliases. Read by routing and login; changed only through DirectoryAdmin.
// Throws WorldError when the source cannot be asked: the answer is then «later», never «unknown».

import type { AccountId } from '#mail/ports/account.ts';
import type { AddrSpec } from '#protocols/message/addr-spec.ts';

export interface Account {
  readonly id: AccountId;
  readonly displayName: string | undefined;
  /** Every address that delivers here and may be used as sender, the own one first; normalised text. */
  readonly addresses: readonly string[];
  readonly disabled: boolean;
  /** 0 means no limit. */
  readonly quotaBytes: number;
}

export type RecipientLookup =
  | {
      readonly kind: 'account';
      readonly account: Account;
      readonly matched: 'address' | 'plus-address' | 'catch-all';
      readonly detail: string | undefined;
    }
  | { readonly kind: 'alias'; readonly alias: string; readonly targets: readonly AddrSpec[] }
  /** The domain is ours, the address is not. */
  | { readonly kind: 'unknown-user' }
  /** The domain is ours and takes no mail: accounts, aliases and catch-all alike. */
  | { readonly kind: 'disabled-domain' }
  | { readonly kind: 'foreign-domain' };

export interface Directory {
  /** One step: aliases are not followed. Exact address, then without the plus-detail, then the domain's catch-all. */
  lookUpRecipient(address: AddrSpec): Promise<RecipientLookup>;
  /** By the account's own address, or another of its addresses; the domain may be left out where only one exists. */
  findAccount(login: string): Promise<Account | undefined>;
  isLocalDomain(domain: string): Promise<boolean>;
  /**
   * The enabled account that was made first in the domain, or on the whole server: it answers for postmaster where
   * neither an account nor an alias bears that name (RFC 5321 §4.5.1).
   */
  findFirstAccount(domain: string | undefined): Promise<Account | undefined>;
}
