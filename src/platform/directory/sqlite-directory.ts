// The Directory over SQLite: prepared statements on the calling thread, some tens of microseconds each, and their answers
// kept while nobody writes (`kept-answers.ts`).

import type { Directory, RecipientLookup } from '#mail/ports/directory.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { ACCOUNT_BY_ROW_ID, type AccountRow, accountOf, FIRST_ACCOUNT } from './account-rows.ts';
import { foldAddress, foldLocalPart, splitDetail } from './addresses.ts';
import type { DirectoryDatabase } from './database.ts';
import { findLogin } from './login-rows.ts';

interface DomainRow {
  readonly disabled: number;
  readonly catch_all_account_id: number | null;
}

interface HolderRow {
  readonly account_id: number | null;
  readonly alias_id: number | null;
}

const DOMAIN = 'SELECT disabled, catch_all_account_id FROM domains WHERE name = ?';
const HOLDER = 'SELECT account_id, alias_id FROM addresses WHERE address = ?';
const TARGETS = 'SELECT local_part AS localPart, domain FROM alias_targets WHERE alias_id = ? ORDER BY position';

export function sqliteDirectory(database: DirectoryDatabase, recipientDelimiter: string): Directory {
  return {
    async lookUpRecipient(address) {
      const spelt = `${address.localPart}@${address.domain}`;
      return database.kept('recipient', spelt, () => lookUp(database, recipientDelimiter, address));
    },
    async findAccount(login) {
      const row = findLogin(database, login);
      return row === undefined ? undefined : accountOf(row);
    },
    async isLocalDomain(domain) {
      return database.one<DomainRow>(DOMAIN, domain.toLowerCase()) !== undefined;
    },
    async findFirstAccount(domain) {
      const row = database.one<AccountRow>(FIRST_ACCOUNT, domain?.toLowerCase() ?? null);
      return row === undefined ? undefined : accountOf(row);
    },
  };
}

function lookUp(database: DirectoryDatabase, delimiter: string, address: AddrSpec): RecipientLookup {
  const domain = database.one<DomainRow>(DOMAIN, address.domain.toLowerCase());
  if (domain === undefined) return { kind: 'foreign-domain' };
  if (domain.disabled === 1) return { kind: 'disabled-domain' };

  const exact = lookUpHolder(database, address, undefined);
  if (exact !== undefined) return exact;

  const split = splitDetail(address.localPart.normalize('NFC'), delimiter);
  const plain = split && lookUpHolder(database, { ...address, localPart: split.base }, split.detail);
  if (plain !== undefined) return plain;

  if (domain.catch_all_account_id === null) return { kind: 'unknown-user' };
  const catcher = database.one<AccountRow>(ACCOUNT_BY_ROW_ID, domain.catch_all_account_id);
  if (catcher === undefined) return { kind: 'unknown-user' };
  return { kind: 'account', account: accountOf(catcher), matched: 'catch-all', detail: undefined };
}

function lookUpHolder(
  database: DirectoryDatabase,
  address: AddrSpec,
  detail: string | undefined,
): RecipientLookup | undefined {
  const holder = database.one<HolderRow>(HOLDER, foldAddress(address));
  if (holder === undefined) return undefined;
  if (holder.alias_id !== null) {
    const alias = formatAddrSpec({ ...address, localPart: foldLocalPart(address.localPart) });
    return { kind: 'alias', alias, targets: database.all<AddrSpec>(TARGETS, holder.alias_id) };
  }
  const row = database.one<AccountRow>(ACCOUNT_BY_ROW_ID, holder.account_id);
  if (row === undefined) return undefined;
  const matched = detail === undefined ? 'address' : 'plus-address';
  return { kind: 'account', account: accountOf(row), matched, detail };
}
