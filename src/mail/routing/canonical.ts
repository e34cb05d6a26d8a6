// canonical_maps: what an address is called, whatever it was called before. Looked up again and again until nothing
// changes. Postfix's canonical(5).

import { err, ok, type Result } from '#base/result.ts';
import type { Table } from '#mail/ports/table.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { addressKeys, findInTables } from './address-lookup.ts';
import { isSameAddress, readResultAddresses } from './address-text.ts';
import type { RoutingContext } from './routing-world.ts';
import type { RoutingSettings } from './settings.ts';

export type CanonicalRole = 'sender' | 'recipient';

/** More turns than anyone would write. */
const MOST_TURNS = 100;

/** The error is what is wrong with the table. Throws WorldError when it cannot be asked. */
export async function findCanonical(
  context: RoutingContext,
  address: AddrSpec,
  role: CanonicalRole,
): Promise<Result<AddrSpec, string>> {
  const { tables } = context;
  const own = role === 'sender' ? tables.sender_canonical_maps : tables.recipient_canonical_maps;
  let current = address;
  for (const each of [own, tables.canonical_maps]) {
    if (each.length === 0) continue;
    const next = await settle(context, each, current);
    if (!next.ok) return next;
    current = next.value;
  }
  return ok(current);
}

async function settle(
  context: RoutingContext,
  tables: readonly Table[],
  address: AddrSpec,
): Promise<Result<AddrSpec, string>> {
  const { settings } = context;
  let current = address;
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const isOwnName = await hasBareNames(context, current.domain);
    const match = await findInTables(tables, addressKeys(current, settings, isOwnName));
    if (match === undefined) return ok(current);
    const { addresses, mistake } = readResultAddresses(match.value, current, settings, 1);
    const [first] = addresses;
    if (mistake !== undefined || first === undefined)
      return err(`${match.table}: ${match.key}: no address: ${match.value}`);
    const next = propagate(first, match.unmatched, settings, 'canonical');
    if (isSameAddress(next, current)) return ok(next);
    current = next;
  }
  return err(`canonical_maps: ${formatAddrSpec(address)} leads in a circle`);
}

/** Postfix looks up bare names where the domain is this machine's. */
export async function hasBareNames({ classes, settings }: RoutingContext, domain: string): Promise<boolean> {
  return domain === settings.myorigin || (await classes.classify(domain)) === 'local';
}

/** Puts the extension that the key was without behind the result's local part. */
export function propagate(
  address: AddrSpec,
  unmatched: string,
  { propagate_unmatched_extensions: steps }: Pick<RoutingSettings, 'propagate_unmatched_extensions'>,
  step: 'canonical' | 'virtual' | 'alias',
): AddrSpec {
  if (unmatched === '' || !steps.includes(step)) return address;
  return { ...address, localPart: address.localPart + unmatched };
}
