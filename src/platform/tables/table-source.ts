// Where a table that follows its files gets what it says.

import type { Lookup } from './lookup.ts';

export interface LoadedTable {
  readonly lookup: Lookup;
  /** Done behind the table's back: an index is written. */
  readonly upkeep?: () => Promise<void>;
}

export interface TableSource {
  /** Another text where the files are others. Cheap, and never throws. */
  fingerprint(): string;
  /** Throws an Error that says what is wrong, with file and line where there is one. */
  load(): Promise<LoadedTable>;
}
