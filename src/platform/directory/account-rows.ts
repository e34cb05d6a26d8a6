// Accounts as rows: one query shape for routing, login and administration.

import type { AccountId } from '#mail/ports/account.ts';
import type { Account } from '#mail/ports/directory.ts';
import type { AccountRecord } from '#mail/ports/directory-admin.ts';

export interface AccountRow {
  readonly id: number;
  readonly address: string;
  readonly display_name: string | null;
  readonly disabled: number;
  readonly domain: string;
  readonly domain_disabled: number;
  readonly quota_bytes: number;
  readonly password_hash: string | null;
  readonly scram_keys: string | null;
  readonly created_ms: number;
  /** A JSON array, the own address first. */
  readonly addresses: string;
}

const SELECT_ACCOUNT = `
  SELECT a.id, a.address, a.display_name, a.disabled, d.name AS domain, d.disabled AS domain_disabled,
         a.quota_bytes, a.password_hash, a.scram_keys, a.created_ms,
         (SELECT json_group_array(own.address ORDER BY own.address <> a.address, own.id)
            FROM addresses own WHERE own.account_id = a.id) AS addresses
    FROM accounts a JOIN domains d ON d.id = a.domain_id`;

export const ACCOUNT_BY_ROW_ID = `${SELECT_ACCOUNT} WHERE a.id = ?`;
export const ACCOUNT_BY_ADDRESS = `${SELECT_ACCOUNT}
  WHERE a.id = (SELECT account_id FROM addresses WHERE address = ?)`;
export const FIRST_ACCOUNT = `${SELECT_ACCOUNT}
  WHERE NOT a.disabled AND NOT d.disabled AND d.name = coalesce(?, d.name) ORDER BY a.id LIMIT 1`;
export const ACCOUNTS_PAGE = `${SELECT_ACCOUNT}
  WHERE d.name = coalesce(?, d.name) AND a.address > ? ORDER BY a.address LIMIT ?`;

/** An account is disabled with its domain. */
export function accountOf(row: AccountRow): Account {
  return { ...commonOf(row), disabled: row.disabled === 1 || row.domain_disabled === 1 };
}

export function accountRecordOf(row: AccountRow): AccountRecord {
  return {
    ...commonOf(row),
    disabled: row.disabled === 1,
    domain: row.domain,
    createdMs: row.created_ms,
    passwordScheme: /^\{([^}]*)\}/.exec(row.password_hash ?? '')?.[1],
    scram: row.scram_keys !== null,
  };
}

function commonOf(row: AccountRow): Omit<Account, 'disabled'> {
  return {
    id: row.address as AccountId,
    displayName: row.display_name ?? undefined,
    addresses: JSON.parse(row.addresses) as string[],
    quotaBytes: row.quota_bytes,
  };
}
