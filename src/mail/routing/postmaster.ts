// Mail to postmaster always finds somebody. RFC 5321 §4.5.1: an account or alias of that name comes first; where there is
// none, the domain's first account answers. At the name of the server itself (and `<postmaster>` without a domain is read
// as that) the domain of the server's first account is meant.

import type { Account, Directory, RecipientLookup } from '#mail/ports/directory.ts';
import type { AddrSpec } from '#protocols/message/addr-spec.ts';

const POSTMASTER = 'postmaster';

export interface PostmasterWorld {
  readonly directory: Directory;
  readonly myhostname: string;
}

/** `lookUpRecipient`, with somebody for postmaster. Throws WorldError as it does. */
export async function lookUpWithPostmaster(world: PostmasterWorld, address: AddrSpec): Promise<RecipientLookup> {
  const { directory } = world;
  if (address.localPart.toLowerCase() !== POSTMASTER) return await directory.lookUpRecipient(address);
  const domain = await postmasterDomain(world, address.domain);
  if (domain === undefined) return { kind: 'foreign-domain' };
  const found = await directory.lookUpRecipient({ localPart: POSTMASTER, domain });
  if (found.kind === 'alias' || (found.kind === 'account' && found.matched === 'address')) return found;
  if (found.kind === 'foreign-domain') return found;
  return answering(await directory.findFirstAccount(domain), found);
}

/** `undefined` when the domain is not ours. */
async function postmasterDomain(
  { directory, myhostname }: PostmasterWorld,
  domain: string,
): Promise<string | undefined> {
  if (await directory.isLocalDomain(domain)) return domain;
  if (domain.toLowerCase() !== myhostname.toLowerCase()) return undefined;
  const first = await directory.findFirstAccount(undefined);
  return first === undefined ? undefined : first.id.slice(first.id.lastIndexOf('@') + 1);
}

function answering(account: Account | undefined, otherwise: RecipientLookup): RecipientLookup {
  return account === undefined ? otherwise : { kind: 'account', account, matched: 'address', detail: undefined };
}
