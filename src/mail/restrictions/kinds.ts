// Words to say in a table of restrictions what each of them needs and takes.

import { mistake } from '#base/mistakes/mistake.ts';
import { err, ok } from '#base/result.ts';
import type { Knowledge, Resource, Restriction, RestrictionKind } from './restriction.ts';

/** A restriction without an argument. */
export function plain(needs: Knowledge, restriction: Restriction, ...uses: readonly Resource[]): RestrictionKind {
  return { needs, argument: undefined, build: () => ok({ restriction, uses }) };
}

const TABLE_NAME = /^[a-z0-9_-]+:./;

/** A restriction that looks something up in a table. */
export function withTable(
  needs: Knowledge,
  restriction: (table: string) => Restriction,
  ...others: readonly Resource[]
): RestrictionKind {
  return {
    needs,
    argument: mistake('argument-table'),
    build: (name) =>
      TABLE_NAME.test(name)
        ? ok({ restriction: restriction(name), uses: [{ kind: 'table', name }, ...others] })
        : err(mistake('table-none', { text: JSON.stringify(name) })),
  };
}
