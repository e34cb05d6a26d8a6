// Which keys an address is looked up by, and in which order, for each kind of table (Postfix's virtual(5), canonical(5),
// transport(5), virtual(8)). Tables of patterns see the whole address once, never a part of it. A key is asked of all
// tables before the next key is tried.

import type { Table } from '#mail/ports/table.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { type ExtensionRules, splitExtension } from './address-extension.ts';

export interface AddressMatch {
  readonly key: string;
  readonly value: string;
  readonly table: string;
  /** `+lista` where the key was without it; `` otherwise. */
  readonly unmatched: string;
}

export interface LookupKey {
  readonly text: string;
  readonly unmatched: string;
}

const WHOLE = '';

/**
 * `usuario1+x@valija.test`, `usuario1@valija.test`; where the domain is this server's own name also `usuario1+x` and
 * `usuario1`; `@valija.test`. For canonical_maps, virtual_alias_maps and, without the bare names, for
 * virtual_mailbox_maps, relay_recipient_maps and sender_dependent_relayhost_maps.
 */
export function addressKeys(address: AddrSpec, rules: ExtensionRules, isOwnName: boolean): readonly LookupKey[] {
  const split = splitExtension(address.localPart, rules);
  const base = split && { ...address, localPart: split.base };
  return [
    { text: formatAddrSpec(address), unmatched: WHOLE },
    ...(base ? [{ text: formatAddrSpec(base), unmatched: split.suffix }] : []),
    ...(isOwnName ? localPartKeys(address.localPart, rules) : []),
    { text: `@${address.domain}`, unmatched: WHOLE },
  ];
}

/** `usuario1+x`, `usuario1`: for alias_maps. */
export function localPartKeys(localPart: string, rules: ExtensionRules): readonly LookupKey[] {
  const split = splitExtension(localPart, rules);
  return [{ text: localPart, unmatched: WHOLE }, ...(split ? [{ text: split.base, unmatched: split.suffix }] : [])];
}

/** `usuario1+x@a.example.org`, `usuario1@a.example.org`, `a.example.org`, `.example.org`, `.org`, `*`: for transport_maps. */
export function transportKeys(address: AddrSpec, rules: ExtensionRules): readonly LookupKey[] {
  const [whole, ...others] = addressKeys(address, rules, false).slice(0, -1);
  const texts = [address.domain, ...parentDomains(address.domain).map((parent) => `.${parent}`), '*'];
  return [...(whole ? [whole] : []), ...others, ...texts.map((text) => ({ text, unmatched: WHOLE }))];
}

/** `a.b.example.org` → `b.example.org`, `example.org`, `org`; an address literal has none. */
export function parentDomains(domain: string): readonly string[] {
  if (domain.startsWith('[')) return [];
  const labels = domain.split('.');
  return labels.slice(1).map((_, i) => labels.slice(i + 1).join('.'));
}

/** The first key that a table knows. Throws WorldError when a table cannot be asked. */
export async function findInTables(
  tables: readonly Table[],
  keys: readonly LookupKey[],
): Promise<AddressMatch | undefined> {
  if (tables.length === 0) return undefined;
  for (const [i, { text, unmatched }] of keys.entries()) {
    const folded = text.toLowerCase();
    for (const table of tables) {
      if (table.isPattern && i > 0) continue;
      const value = await table.find(table.isPattern ? text : folded);
      if (value !== undefined) return { key: folded, value, table: table.name, unmatched };
    }
  }
  return undefined;
}
