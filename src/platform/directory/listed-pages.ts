// Long lists of the directory, read by the page: a hundred thousand accounts keep nobody waiting who has mail meanwhile.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseDomain } from './addresses.ts';
import type { DirectoryDatabase } from './database.ts';

const PAGE = 500;

/** `sql` asks for a domain's rows, or everybody's, behind an address, and for how many. By domain, then by address. */
export async function listInPages<Row extends { readonly address: string }, Listed>(
  database: DirectoryDatabase,
  sql: string,
  domain: string | undefined,
  recordOf: (row: Row) => Listed,
): Promise<Listed[]> {
  const name = domain === undefined ? null : (parseDomain(domain) ?? domain);
  const byDomain = new Map<string, Listed[]>();
  for (let after = ''; ; await nextTurn()) {
    const page = database.all<Row>(sql, name, after, PAGE);
    for (const row of page) {
      const home = row.address.slice(row.address.lastIndexOf('@') + 1);
      const listed = byDomain.get(home);
      if (listed === undefined) byDomain.set(home, [recordOf(row)]);
      else listed.push(recordOf(row));
      after = row.address;
    }
    if (page.length < PAGE) break;
  }
  return [...byDomain.keys()].sort().flatMap((home) => byDomain.get(home) ?? []);
}
