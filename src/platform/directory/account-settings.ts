// What an administrator may set on an account, applied one setting after the other inside a transaction.

import type { AccountSettings } from '#mail/ports/directory-admin.ts';
import { claimAddress, findFreeAddress, foldGiven } from './address-claims.ts';
import type { DirectoryDatabase } from './database.ts';
import { refuse } from './refusals.ts';

const MOST_DISPLAY_NAME_CHARACTERS = 200;

const SET_DISPLAY_NAME = 'UPDATE accounts SET display_name = ? WHERE id = ?';
const SET_DISABLED = 'UPDATE accounts SET disabled = ? WHERE id = ?';
const SET_QUOTA = 'UPDATE accounts SET quota_bytes = ? WHERE id = ?';
const OWN_ADDRESS = 'SELECT address FROM accounts WHERE id = ?';
const ADDRESS_OF_ACCOUNT = 'SELECT id FROM addresses WHERE address = ? AND account_id = ?';
const REMOVE_ADDRESS = 'DELETE FROM addresses WHERE id = ?';

type Refused = ReturnType<typeof refuse>;

/** `undefined` when all of it was applied; the caller's transaction takes back the rest otherwise. */
export function applyAccountSettings(
  database: DirectoryDatabase,
  id: number,
  settings: AccountSettings,
): Refused | undefined {
  return (
    setDisplayName(database, id, settings.displayName) ??
    setQuota(database, id, settings.quotaBytes) ??
    setDisabled(database, id, settings.disabled) ??
    firstRefusal(settings.removeAddresses, (address) => removeAddress(database, id, address)) ??
    firstRefusal(settings.addAddresses, (address) => addAddress(database, id, address))
  );
}

/** An empty name takes the name away. */
function setDisplayName(database: DirectoryDatabase, id: number, name: string | undefined): Refused | undefined {
  if (name === undefined) return undefined;
  const composed = name.normalize('NFC').trim();
  if (!name.isWellFormed() || composed.length > MOST_DISPLAY_NAME_CHARACTERS || /[\x00-\x1f\x7f-\x9f]/.test(composed)) {
    return refuse('display-name-malformed', { most: MOST_DISPLAY_NAME_CHARACTERS });
  }
  database.run(SET_DISPLAY_NAME, composed === '' ? null : composed, id);
  return undefined;
}

function setQuota(database: DirectoryDatabase, id: number, quotaBytes: number | undefined): Refused | undefined {
  if (quotaBytes === undefined) return undefined;
  if (!Number.isSafeInteger(quotaBytes) || quotaBytes < 0) {
    return refuse('quota-malformed', { most: Number.MAX_SAFE_INTEGER });
  }
  database.run(SET_QUOTA, quotaBytes, id);
  return undefined;
}

function setDisabled(database: DirectoryDatabase, id: number, disabled: boolean | undefined): undefined {
  if (disabled !== undefined) database.run(SET_DISABLED, disabled ? 1 : 0, id);
}

function addAddress(database: DirectoryDatabase, id: number, text: string): Refused | undefined {
  const has = database.one(ADDRESS_OF_ACCOUNT, foldGiven(text), id) !== undefined;
  if (has) return undefined;
  const free = findFreeAddress(database, text);
  if (!free.ok) return free;
  claimAddress(database, free.value, { accountId: id });
  return undefined;
}

function removeAddress(database: DirectoryDatabase, id: number, text: string): Refused | undefined {
  const address = foldGiven(text);
  const account = database.one<{ address: string }>(OWN_ADDRESS, id)?.address ?? '';
  if (account === address) return refuse('own-address-stays', { address });
  const row = database.one<{ id: number }>(ADDRESS_OF_ACCOUNT, address, id);
  if (row === undefined) return refuse('address-not-of-account', { account, address });
  database.run(REMOVE_ADDRESS, row.id);
  return undefined;
}

function firstRefusal(
  texts: readonly string[] | undefined,
  apply: (text: string) => Refused | undefined,
): Refused | undefined {
  for (const text of texts ?? []) {
    const refusal = apply(text);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
