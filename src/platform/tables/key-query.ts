// A query of an sqlite_table(5), pgsql_table(5) or mysql_table(5) file as a prepared statement. Postfix puts the key, quoted,
// into the text; here it is a bound value, so that no key is ever part of the language.

import { err, type Result } from '#base/result.ts';
import { type BoundQuery, bindQuery, type PlaceMark } from '#mail/directory-sources/bound-query.ts';
import { type ExpansionPart, expand, parseExpansions } from './expansion.ts';

export type KeyQuery = BoundQuery<ExpansionPart>;

export const QUERY_NAMES = ['query', 'select_field', 'table', 'where_field', 'additional_conditions'];

export function parseKeyQuery(values: ReadonlyMap<string, string>, markOf: PlaceMark): Result<KeyQuery, string> {
  const written = values.get('query') ?? oldQuery(values);
  if (written === undefined) return err("query is missing: SELECT … WHERE address = '%s'");
  const query = bindQuery<ExpansionPart, string>(written, parseExpansions, markOf);
  if (!query.ok) return err(`query: ${query.error}`);
  if (query.value.parameters.length === 0) {
    return err('query: it has no %s, %u or %d, so that every key finds the same');
  }
  return query;
}

/** `undefined`: the key cannot be asked for, which is the same as not being there. */
export function bindKey({ parameters }: KeyQuery, key: string): string[] | undefined {
  if (key === '') return undefined;
  const bound = parameters.map((parts) => expand(parts, key));
  return bound.every((text) => text !== undefined) ? bound : undefined;
}

/** How a query was written before Postfix 2.2. */
function oldQuery(values: ReadonlyMap<string, string>): string | undefined {
  const [select, table, where] = ['select_field', 'table', 'where_field'].map((name) => values.get(name));
  if (!select || !table || !where) return undefined;
  return `SELECT ${select} FROM ${table} WHERE ${where} = '%s' ${values.get('additional_conditions') ?? ''}`;
}
