// Mail to postmaster always finds somebody. RFC 5321 §4.5.1: an account or alias of that name comes first; where there is
// none, in a domain of the directory its first account answers. At the names of the machine itself (`<postmaster>` without
// a domain is read as one) and in virtual domains it is whoever reads the system's mail: root, or the directory's first
// account.

import { unreachable } from '#base/unreachable.ts';
import type { Directory, RecipientLookup } from '#mail/ports/directory.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { findInTables } from './address-lookup.ts';
import { readAddress } from './address-text.ts';
import type { RouteQuestion } from './routing-world.ts';

const POSTMASTER = 'postmaster';
const ROOT = 'root';

export function isPostmaster({ localPart }: AddrSpec): boolean {
  return localPart.toLowerCase() === POSTMASTER;
}

/** `lookUpRecipient` in a domain of the directory, with somebody for postmaster. Throws WorldError as it does. */
export async function lookUpWithPostmaster(directory: Directory, address: AddrSpec): Promise<RecipientLookup> {
  if (!isPostmaster(address)) return await directory.lookUpRecipient(address);
  const found = await directory.lookUpRecipient({ ...address, localPart: POSTMASTER });
  switch (found.kind) {
    case 'alias':
    case 'foreign-domain':
      return found;
    case 'account':
      return found.matched === 'address' ? found : await answering(directory, address.domain, found);
    case 'unknown-user':
    case 'disabled-domain':
      return await answering(directory, address.domain, found);
    default:
      return unreachable(found);
  }
}

async function answering(directory: Directory, domain: string, otherwise: RecipientLookup): Promise<RecipientLookup> {
  const account = await directory.findFirstAccount(domain);
  return account === undefined ? otherwise : { kind: 'account', account, matched: 'address', detail: undefined };
}

/** Where neither an alias, a user nor a mailbox bears the name. */
export async function findPostmaster({ context, search }: RouteQuestion, address: AddrSpec): Promise<void> {
  const { directory, settings, systemUsers, tables } = context;
  const alias = await findInTables(tables.alias_maps, [{ text: POSTMASTER, unmatched: '' }]);
  const own = alias && readAddress(`${POSTMASTER}@${settings.myhostname}`, settings);
  if (own !== undefined && own.domain !== address.domain) {
    const pending = { address: own, depth: 1, stage: 'expanded', owner: undefined } as const;
    return search.follow(POSTMASTER, formatAddrSpec(address), [pending]);
  }
  const root = await systemUsers?.find(ROOT);
  if (root !== undefined) {
    const nextHop = { transport: 'local', user: root.name, extension: undefined } as const;
    return search.arriveAtNextHop(POSTMASTER, address, nextHop, undefined);
  }
  const first = await directory.findFirstAccount(undefined);
  if (first === undefined) return search.refuseUnknown(address, 'local recipient table');
  const named = { localPart: POSTMASTER, domain: first.id.slice(first.id.lastIndexOf('@') + 1) };
  const found = await lookUpWithPostmaster(directory, named);
  if (found.kind === 'account') return search.arriveAtAccount('address', address, found.account);
  search.follow(POSTMASTER, formatAddrSpec(address), [
    { address: named, depth: 1, stage: 'expanded', owner: undefined },
  ]);
}
