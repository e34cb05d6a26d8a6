// Does an address belong to an account? Its own address, its further ones, and plus-addresses of both; never what only a
// catch-all or an alias brings to it, for others may stand behind those too.

import type { AccountId } from '#mail/ports/account.ts';
import type { Directory } from '#mail/ports/directory.ts';
import type { AddrSpec } from '#protocols/message/addr-spec.ts';

/** Throws WorldError when the directory cannot be asked. */
export async function isOwnAddress(directory: Directory, account: AccountId, address: AddrSpec): Promise<boolean> {
  const found = await directory.lookUpRecipient(address);
  return found.kind === 'account' && found.account.id === account && found.matched !== 'catch-all';
}
