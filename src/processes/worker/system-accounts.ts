// The machine's users as accounts: they log in by name or by an address at `mydestination`, and write in the name of any of
// these. An account of theirs has their name for its id, without a domain: no hosted account has such a one.

import type { AccountId } from '#mail/ports/account.ts';
import type { Account, Directory, RecipientLookup } from '#mail/ports/directory.ts';
import type { SystemUser, SystemUsers } from '#mail/ports/system-users.ts';
import { splitExtension } from '#mail/routing/address-extension.ts';
import { isTableName } from '#mail/routing/settings.ts';
import type { Config } from '#platform/config/schema.ts';
import type { AddrSpec } from '#protocols/message/addr-spec.ts';

type Settings = Pick<Config, 'mydestination' | 'myorigin' | 'recipient_delimiter' | 'owner_request_special'>;

export function isSystemAccount(account: AccountId): boolean {
  return !account.includes('@');
}

export class SystemAccounts {
  readonly #users: SystemUsers;
  readonly #settings: Settings;
  readonly #domains: ReadonlySet<string>;

  constructor(users: SystemUsers, settings: Settings) {
    this.#users = users;
    this.#settings = settings;
    const named = settings.mydestination.filter((entry) => !isTableName(entry));
    this.#domains = new Set([settings.myorigin, ...named].map((name) => name.toLowerCase()));
  }

  /** `usuario1`, `usuario1@localhost`. Throws WorldError when the system cannot be asked. */
  async findByLogin(login: string): Promise<Account | undefined> {
    const at = login.lastIndexOf('@');
    if (at !== -1 && !this.#domains.has(login.slice(at + 1).toLowerCase())) return undefined;
    const user = await this.#users.find(at === -1 ? login : login.slice(0, at));
    return user && this.#accountOf(user);
  }

  /** Exact, or with an extension behind the name; `undefined` where no user of the machine is meant. */
  async lookUp({ localPart, domain }: AddrSpec): Promise<RecipientLookup | undefined> {
    if (!this.#domains.has(domain.toLowerCase())) return undefined;
    const user = await this.#users.find(localPart);
    if (user !== undefined) {
      return { kind: 'account', account: this.#accountOf(user), matched: 'address', detail: undefined };
    }
    const split = splitExtension(localPart, this.#settings);
    const base = split && (await this.#users.find(split.base));
    return (
      base && { kind: 'account', account: this.#accountOf(base), matched: 'plus-address', detail: split?.extension }
    );
  }

  #accountOf({ name, fullName }: SystemUser): Account {
    return {
      id: name as AccountId,
      displayName: fullName === '' ? undefined : fullName,
      addresses: [...this.#domains].map((domain) => `${name}@${domain}`),
      disabled: false,
      quotaBytes: 0,
    };
  }
}

/** The directory, and behind it the machine's users: hosted domains stand above `mydestination`. */
export function withSystemAccounts(directory: Directory, accounts: SystemAccounts): Directory {
  return {
    async lookUpRecipient(address) {
      const found = await directory.lookUpRecipient(address);
      return found.kind === 'foreign-domain' ? ((await accounts.lookUp(address)) ?? found) : found;
    },
    async findAccount(login) {
      const ofMachine = login.includes('@') ? undefined : await accounts.findByLogin(login);
      return ofMachine ?? (await directory.findAccount(login)) ?? (await accounts.findByLogin(login));
    },
    isLocalDomain: (domain) => directory.isLocalDomain(domain),
    findFirstAccount: (domain) => directory.findFirstAccount(domain),
  };
}
