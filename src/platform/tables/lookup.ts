// A table that is in memory: what every type becomes once it is loaded.

export type Entry = readonly [key: string, value: string];

export interface Lookup {
  find(key: string): string | undefined;
  /** Absent for patterns, which have no keys. */
  entries?(): Iterable<Entry>;
}

export function mapLookup(map: ReadonlyMap<string, string>): Lookup {
  return { find: (key) => map.get(key), entries: () => map };
}
