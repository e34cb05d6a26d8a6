// Whose login is this? The text comes from a stranger: it is parsed as an address and bound as a value, or it is
// nobody's.

import { ACCOUNT_BY_ADDRESS, type AccountRow } from './account-rows.ts';
import { foldAddress, foldLocalPart, parseAddress } from './addresses.ts';
import type { DirectoryDatabase } from './database.ts';

/** Local part, `@` and domain at their longest, with room for quoting. */
const MOST_LOGIN_CHARACTERS = 512;

const ONLY_DOMAINS = 'SELECT name FROM domains LIMIT 2';

/** By any address of the account; `usuario1` alone where the server has one domain. */
export function findLogin(database: DirectoryDatabase, login: string): AccountRow | undefined {
  const address = addressOf(database, login);
  return address === undefined ? undefined : database.one<AccountRow>(ACCOUNT_BY_ADDRESS, address);
}

/** The address that it means, as addresses are stored, whether or not it is anybody's; else what it says. */
export function nameOfLogin(database: DirectoryDatabase, login: string): string {
  return addressOf(database, login) ?? foldLocalPart(login);
}

function addressOf(database: DirectoryDatabase, login: string): string | undefined {
  if (login.length > MOST_LOGIN_CHARACTERS) return undefined;
  const address = parseAddress(login.includes('@') ? login : `${login}@${onlyDomain(database) ?? ''}`);
  return address.ok ? foldAddress(address.value) : undefined;
}

function onlyDomain(database: DirectoryDatabase): string | undefined {
  const [first, second] = database.all<{ name: string }>(ONLY_DOMAINS);
  return second === undefined ? first?.name : undefined;
}
