// virtual_alias_maps: one address becomes others, for every class of domain. Postfix's virtual(5): the whole address, the
// bare name where the domain is this machine's, then `@domain`. A result that is the address itself stays what it is.

import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { addressKeys, findInTables } from './address-lookup.ts';
import { foldAddress, isSameAddress, readResultAddresses } from './address-text.ts';
import { hasBareNames, propagate } from './canonical.ts';
import type { Pending } from './route-search.ts';
import type { RouteQuestion } from './routing-world.ts';

/** True when the address was an alias: what it stands for will be looked at. */
export async function followVirtualAlias({ context, search }: RouteQuestion, pending: Pending): Promise<boolean> {
  const { settings, tables } = context;
  const { address, depth } = pending;
  const keys = addressKeys(address, settings, await hasBareNames(context, address.domain));
  const match = await findInTables(tables.virtual_alias_maps, keys);
  if (match === undefined) return false;
  const most = settings.virtual_alias_expansion_limit;
  const { addresses, truncated, mistake } = readResultAddresses(match.value, address, settings, most);
  if (mistake !== undefined) search.giveUp(`${match.table}: ${match.key}: no address: ${mistake}`);
  else if (truncated) search.exceedLimit();
  else {
    const targets = addresses.map((target): Pending => {
      const extended = propagate(target, match.unmatched, settings, 'virtual');
      const stage = isSameAddress(extended, address) ? 'expanded' : 'whole';
      return { ...pending, address: extended, depth: depth + 1, stage };
    });
    const [only] = targets;
    // `@example.org @example.org` and the like: the address stays, and nothing is told of it.
    if (targets.length === 1 && only?.stage === 'expanded') return false;
    search.follow('virtual-alias', foldAddress(address) === match.key ? match.key : formatAddrSpec(address), targets);
  }
  return true;
}
