// Administration of accounts. Passwords are hashed before the transaction begins; everything that was true then is
// asked again inside it.

import { ok } from '#base/result.ts';
import { WorldError } from '#base/world-error.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { AccountRecord, AccountSettings, DirectoryAdmin } from '#mail/ports/directory-admin.ts';
import type { PasswordThreads } from '#platform/passwords/password-threads.ts';
import { type NewHashes, parseHash } from '#platform/passwords/schemes.ts';
import { parseNewSecret } from '#platform/passwords/secret.ts';
import { ACCOUNT_BY_ROW_ID, ACCOUNTS_PAGE, type AccountRow, accountRecordOf } from './account-rows.ts';
import { applyAccountSettings } from './account-settings.ts';
import { claimAddress, findFreeAddress, foldGiven } from './address-claims.ts';
import type { DirectoryDatabase } from './database.ts';
import { listInPages } from './listed-pages.ts';
import { type Outcome, refuse } from './refusals.ts';

export type AccountAdmin = Pick<
  DirectoryAdmin,
  'addAccount' | 'listAccounts' | 'showAccount' | 'setAccount' | 'removeAccount' | 'setPassword' | 'setPasswordHash'
>;

const ACCOUNT_ID = 'SELECT id FROM accounts WHERE address = ?';
const ADD_ACCOUNT = 'INSERT INTO accounts (domain_id, address, created_ms) VALUES (?, ?, ?)';
const SET_SECRETS = 'UPDATE accounts SET password_hash = ?, scram_keys = ? WHERE id = ?';
const CAUGHT_DOMAIN = 'SELECT name FROM domains WHERE catch_all_account_id = ? LIMIT 1';
const REMOVE_ACCOUNT = 'DELETE FROM accounts WHERE id = ?';

export function accountAdmin(database: DirectoryDatabase, clock: Clock, threads: PasswordThreads): AccountAdmin {
  return {
    async addAccount(address, password, settings) {
      const free = findFreeAddress(database, address);
      if (!free.ok) return free;
      const hashes = password === undefined ? ok(undefined) : await hashNew(threads, password);
      if (!hashes.ok) return hashes;
      return database.transaction(() => insertAccount(database, clock, address, settings, hashes.value));
    },

    async listAccounts(domain) {
      return await listInPages<AccountRow, AccountRecord>(database, ACCOUNTS_PAGE, domain, accountRecordOf);
    },

    async showAccount(address) {
      const found = findOwn(database, address);
      return found.ok ? showAccount(database, found.value) : found;
    },

    async setAccount(address, settings) {
      return database.transaction(() => {
        const found = findOwn(database, address);
        if (!found.ok) return found;
        const refusal = applyAccountSettings(database, found.value, settings);
        return refusal ?? showAccount(database, found.value);
      });
    },

    async removeAccount(address) {
      return database.transaction(() => {
        const found = findOwn(database, address);
        if (!found.ok) return found;
        const caught = database.one<{ name: string }>(CAUGHT_DOMAIN, found.value);
        if (caught !== undefined) {
          return refuse('account-catches-all', { address: foldGiven(address), domain: caught.name });
        }
        const removed = showAccount(database, found.value);
        database.run(REMOVE_ACCOUNT, found.value);
        return removed;
      });
    },

    async setPassword(address, password) {
      const found = findOwn(database, address);
      if (!found.ok) return found;
      const hashes = await hashNew(threads, password);
      if (!hashes.ok) return hashes;
      return setSecrets(database, address, hashes.value.passwordHash, hashes.value.scramKeys);
    },

    async setPasswordHash(address, hash) {
      const kept = parseHash(hash);
      if (!kept.ok) return refuse('hash-malformed', { reason: kept.error });
      const { scheme, text } = kept.value;
      return setSecrets(database, address, text, scheme === 'SCRAM-SHA-256' ? text : null);
    },
  };
}

function insertAccount(
  database: DirectoryDatabase,
  clock: Clock,
  text: string,
  settings: AccountSettings,
  hashes: NewHashes | undefined,
): Outcome<AccountRecord> {
  const free = findFreeAddress(database, text);
  if (!free.ok) return free;
  const id = database.run(ADD_ACCOUNT, free.value.domainId, free.value.address, clock.nowMs());
  claimAddress(database, free.value, { accountId: id });
  if (hashes !== undefined) database.run(SET_SECRETS, hashes.passwordHash, hashes.scramKeys, id);
  return applyAccountSettings(database, id, settings) ?? showAccount(database, id);
}

function setSecrets(
  database: DirectoryDatabase,
  address: string,
  passwordHash: string,
  scramKeys: string | null,
): Outcome<AccountRecord> {
  return database.transaction(() => {
    const found = findOwn(database, address);
    if (!found.ok) return found;
    database.run(SET_SECRETS, passwordHash, scramKeys, found.value);
    return showAccount(database, found.value);
  });
}

async function hashNew(threads: PasswordThreads, password: string): Promise<Outcome<NewHashes>> {
  const secret = parseNewSecret(password);
  if (!secret.ok) return refuse(`password-${secret.error}`);
  const hashes = await threads.hash(secret.value);
  if (hashes === 'unavailable') throw new WorldError('hashing a password: too many wait', { transient: true });
  return ok(hashes);
}

/** Only by the account's own address: whoever administers names the account, not one of its addresses. */
function findOwn(database: DirectoryDatabase, text: string): Outcome<number> {
  const address = foldGiven(text);
  const row = database.one<{ id: number }>(ACCOUNT_ID, address);
  return row === undefined ? refuse('account-not-found', { address }) : ok(row.id);
}

function showAccount(database: DirectoryDatabase, id: number): Outcome<AccountRecord> {
  const row = database.one<AccountRow>(ACCOUNT_BY_ROW_ID, id);
  if (row === undefined) throw new WorldError('reading the directory: an account went away', { transient: true });
  return ok(accountRecordOf(row));
}
