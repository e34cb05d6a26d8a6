// The Authenticator over the directory's rows and the password threads. Whoever does not exist, or has no password,
// is tried against a decoy, so that the time of the answer tells a stranger nothing; «disabled» is said only to who
// knew the password.

import { createHash } from 'node:crypto';
import { WorldError } from '#base/world-error.ts';
import type { Authenticator, PasswordCheck, ScramAnswer } from '#mail/ports/authenticator.ts';
import { DECOY_HASH } from '#platform/passwords/argon2id.ts';
import type { PasswordThreads } from '#platform/passwords/password-threads.ts';
import { parseScramKeys } from '#platform/passwords/scram-keys.ts';
import { formsOfSecret } from '#platform/passwords/secret.ts';
import type { AcceptedSecrets } from './accepted-secrets.ts';
import { type AccountRow, accountOf } from './account-rows.ts';
import type { DirectoryDatabase } from './database.ts';
import { findLogin, nameOfLogin } from './login-rows.ts';

/** The hash at or behind a place that the number picks among the accounts. */
const NTH_HASH = `
  SELECT password_hash FROM accounts
   WHERE password_hash IS NOT NULL AND id > ?1 % (SELECT max(id) FROM accounts WHERE password_hash IS NOT NULL)
   ORDER BY id LIMIT 1`;

const SCRAM_PREFIX = '{SCRAM-SHA-256}';

export function passwordAuthenticator(
  database: DirectoryDatabase,
  threads: PasswordThreads,
  accepted: AcceptedSecrets,
): Authenticator {
  return {
    async checkPassword(login, password) {
      try {
        return await checkPassword(login, password);
      } catch (cause) {
        if (cause instanceof WorldError) return { kind: 'unavailable' };
        throw cause;
      }
    },
    async nameOf(login) {
      return nameOfLogin(database, login);
    },
    async findScramKeys({ login, hash }) {
      const row = findLogin(database, login);
      if (row === undefined) return { kind: 'none', reason: 'unknown-account' };
      return hash === 'sha256' ? scramKeysOf(row) : NO_KEYS;
    },
  };

  async function checkPassword(login: string, password: string): Promise<PasswordCheck> {
    const row = findLogin(database, login);
    const hash = row?.password_hash ?? findDecoy(database, login);
    if (row?.password_hash === hash && accepted.has(row.address, hash, password)) return admit(row);
    const verify = () => threads.verify(hash, formsOfSecret(password));
    const matches = await accepted.checkOnce(row?.address ?? login, hash, password, verify);
    if (matches === 'unavailable') return { kind: 'unavailable' };
    if (row === undefined) return { kind: 'rejected', reason: 'unknown-account' };
    if (row.password_hash === null) return { kind: 'rejected', reason: 'no-password' };
    if (!matches) return { kind: 'rejected', reason: 'wrong-password' };
    // Read again: while the thread was busy the account may have gone, or got another password.
    const now = findLogin(database, login);
    if (now?.id !== row.id || now.password_hash !== hash) return { kind: 'rejected', reason: 'wrong-password' };
    accepted.remember(row.address, hash, password);
    return admit(now);
  }
}

/**
 * Another account's hash, always the same one for a login: where hashes of several systems live side by side, unknown
 * logins cost what known ones cost, each its own. Whether it matches is not looked at.
 */
function findDecoy(database: DirectoryDatabase, login: string): string {
  const number = createHash('sha256').update(nameOfLogin(database, login)).digest().readUInt32BE();
  return database.one<{ password_hash: string }>(NTH_HASH, number)?.password_hash ?? DECOY_HASH;
}

function admit(row: AccountRow): PasswordCheck {
  const account = accountOf(row);
  return account.disabled ? { kind: 'rejected', reason: 'disabled' } : { kind: 'accepted', account };
}

const NO_KEYS: ScramAnswer = { kind: 'none', reason: 'no-keys' };

function scramKeysOf(row: AccountRow): ScramAnswer {
  const account = accountOf(row);
  if (account.disabled || row.scram_keys === null) return NO_KEYS;
  const keys = parseScramKeys('sha256', row.scram_keys.slice(SCRAM_PREFIX.length));
  return keys.ok ? { kind: 'keys', account, keys: keys.value } : NO_KEYS;
}
