// The directory's tables. Every address that is somebody's stands once in `addresses`, whether an account or an alias
// has it, so that two can never claim the same one; the database itself keeps these promises, whoever writes to it.
// Addresses are stored folded: lower case, composed, as `addresses.ts` makes them.

/** What `PRAGMA user_version` says; the n-th statement list leads from version n to n + 1. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE domains (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    catch_all_account_id INTEGER REFERENCES accounts (id) ON DELETE RESTRICT,
    disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    created_ms INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    domain_id INTEGER NOT NULL REFERENCES domains (id) ON DELETE RESTRICT,
    address TEXT NOT NULL UNIQUE,
    display_name TEXT,
    disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    quota_bytes INTEGER NOT NULL DEFAULT 0 CHECK (quota_bytes >= 0),
    password_hash TEXT,
    scram_keys TEXT,
    created_ms INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE aliases (
    id INTEGER PRIMARY KEY,
    domain_id INTEGER NOT NULL REFERENCES domains (id) ON DELETE RESTRICT,
    address TEXT NOT NULL UNIQUE,
    created_ms INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE alias_targets (
    alias_id INTEGER NOT NULL REFERENCES aliases (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    local_part TEXT NOT NULL,
    domain TEXT NOT NULL,
    PRIMARY KEY (alias_id, position)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE addresses (
    id INTEGER PRIMARY KEY,
    address TEXT NOT NULL UNIQUE,
    domain_id INTEGER NOT NULL REFERENCES domains (id) ON DELETE RESTRICT,
    account_id INTEGER REFERENCES accounts (id) ON DELETE CASCADE,
    alias_id INTEGER REFERENCES aliases (id) ON DELETE CASCADE,
    CHECK ((account_id IS NULL) <> (alias_id IS NULL))
  ) STRICT;

  CREATE INDEX addresses_of_account ON addresses (account_id) WHERE account_id IS NOT NULL;
  CREATE INDEX addresses_of_alias ON addresses (alias_id) WHERE alias_id IS NOT NULL;
  CREATE INDEX addresses_of_domain ON addresses (domain_id);
  CREATE INDEX accounts_of_domain ON accounts (domain_id);
  CREATE INDEX aliases_of_domain ON aliases (domain_id);
  CREATE INDEX domains_caught_by ON domains (catch_all_account_id) WHERE catch_all_account_id IS NOT NULL;
  `,
];
