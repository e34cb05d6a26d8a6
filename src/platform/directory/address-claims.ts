// Giving an address to an account or an alias: it must be well formed, of a domain of ours, and nobody's yet.

import { ok } from '#base/result.ts';
import type { AddrSpec } from '#protocols/message/addr-spec.ts';
import { foldAddress, foldLocalPart, isAssignable, parseAddress } from './addresses.ts';
import type { DirectoryDatabase } from './database.ts';
import { findDomain } from './domain-admin.ts';
import { type Outcome, refuse } from './refusals.ts';

export interface FreeAddress {
  readonly address: string;
  readonly domainId: number;
}

interface OwnerRow {
  readonly account: string | null;
}

const OWNER = `
  SELECT a.address AS account FROM addresses x LEFT JOIN accounts a ON a.id = x.account_id WHERE x.address = ?`;
const CLAIM = 'INSERT INTO addresses (address, domain_id, account_id, alias_id) VALUES (?, ?, ?, ?)';

export function findFreeAddress(database: DirectoryDatabase, text: string): Outcome<FreeAddress> {
  const parsed = parseAddress(text);
  if (!parsed.ok || !isAssignable(parsed.value)) return refuse('address-malformed', { given: text });
  const address = foldAddress(parsed.value);
  const domain = findDomain(database, parsed.value.domain);
  if (domain === undefined) return refuse('domain-not-found', { domain: parsed.value.domain });
  const owner = database.one<OwnerRow>(OWNER, address);
  if (owner === undefined) return ok({ address, domainId: domain.id });
  if (owner.account === null) return refuse('address-taken-by-alias', { address });
  if (owner.account === address) return refuse('account-exists', { address });
  return refuse('address-taken-by-account', { address, owner: owner.account });
}

export function claimAddress(
  database: DirectoryDatabase,
  { address, domainId }: FreeAddress,
  owner: { readonly accountId: number } | { readonly aliasId: number },
): void {
  const accountId = 'accountId' in owner ? owner.accountId : null;
  const aliasId = 'aliasId' in owner ? owner.aliasId : null;
  database.run(CLAIM, address, domainId, accountId, aliasId);
}

/** The text by which an existing account or alias is looked for; as given where it is no address. */
export function foldGiven(text: string): string {
  const parsed = parseAddress(text);
  return parsed.ok ? foldAddress(parsed.value) : text;
}

/** A target keeps its case where it is another's, and is folded where it is ours. */
export function normaliseTarget(database: DirectoryDatabase, target: AddrSpec): AddrSpec {
  return findDomain(database, target.domain) === undefined
    ? target
    : { localPart: foldLocalPart(target.localPart), domain: target.domain };
}
