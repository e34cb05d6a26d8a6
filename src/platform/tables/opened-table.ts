// A table that is open: it is asked, and closed.

import type { Table } from '#mail/ports/table.ts';
import type { Entry } from './lookup.ts';

export interface OpenTable extends Table, AsyncDisposable {
  /** All keys and values; `undefined` for a table that has no list of them. */
  entries(): Promise<Iterable<Entry> | undefined>;
}
