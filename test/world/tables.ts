// Lookup tables written as literals.

import { WorldError } from '#base/world-error.ts';
import type { Table } from '#mail/ports/table.ts';

export function literalTable(name: string, entries: Readonly<Record<string, string>>): Table {
  return { name, isPattern: false, find: async (key) => (Object.hasOwn(entries, key) ? entries[key] : undefined) };
}

/** Each pattern is asked for the whole key. */
export function patternTable(name: string, patterns: readonly (readonly [RegExp, string])[]): Table {
  const find = async (key: string) => patterns.find(([pattern]) => pattern.test(key))?.[1];
  return { name, isPattern: true, find };
}

export function failingTable(name: string): Table {
  return {
    name,
    isPattern: false,
    find: async () => {
      throw new WorldError(`look up in ${name}`, { transient: true });
    },
  };
}

export function tablesOf(...tables: readonly Table[]): ReadonlyMap<string, Table> {
  return new Map(tables.map((table) => [table.name, table]));
}
