// Tables that stand in the settings themselves: `inline:{…}`, `static:…`, and `fail:`, which tries what happens when a table
// cannot be asked.

import { WorldError } from '#base/world-error.ts';
import type { Lookup } from './lookup.ts';
import type { OpenTable } from './opened-table.ts';

export function constantTable(name: string, lookup: Lookup): OpenTable {
  return {
    name,
    isPattern: false,
    find: async (key) => lookup.find(key.toLowerCase()),
    entries: async () => lookup.entries?.(),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

export function failingTable(name: string): OpenTable {
  const fail = async () => {
    throw new WorldError(`look up in ${name}`, { transient: true, cause: new Error('it always fails') });
  };
  return { name, isPattern: false, find: fail, entries: fail, [Symbol.asyncDispose]: async () => undefined };
}
