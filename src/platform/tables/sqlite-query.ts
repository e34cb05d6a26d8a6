// A query of an sqlite_table(5) file as a prepared statement. Postfix puts the key, quoted, into the text; here every quoted
// text with a `%s` in it becomes one bound parameter, and so does a bare `%s`, so that no key is ever part of the language.

import { err, ok, type Result } from '#base/result.ts';
import { type ExpansionPart, expand, parseExpansions } from './expansion.ts';

export interface SqliteQuery {
  readonly sql: string;
  readonly parameters: readonly (readonly ExpansionPart[])[];
}

// A text in quotes, in which a quote is doubled; or an expansion outside of one.
const QUOTED_OR_EXPANSION = /'((?:[^']|'')*)'|"((?:[^"]|"")*)"|%[\s\S]?/g;

export function parseSqliteQuery(text: string): Result<SqliteQuery, string> {
  const parameters: ExpansionPart[][] = [];
  let sql = '';
  let end = 0;
  for (const found of text.matchAll(QUOTED_OR_EXPANSION)) {
    const [whole, single, double] = found;
    const content = single?.replaceAll("''", "'") ?? double?.replaceAll('""', '"') ?? whole;
    const parts = parseExpansions(content);
    if (!parts.ok) return err(`query: ${parts.error}`);
    sql += text.slice(end, found.index);
    end = found.index + whole.length;
    if (parts.value.some((part) => 'letter' in part)) {
      parameters.push(parts.value);
      sql += '?';
    } else sql += whole.replaceAll('%%', '%');
  }
  sql += text.slice(end);
  if (parameters.length === 0) return err('query: it has no %s, %u or %d, so that every key finds the same');
  return ok({ sql, parameters });
}

/** `undefined`: the key cannot be asked for, which is the same as not being there. */
export function bindKey({ parameters }: SqliteQuery, key: string): string[] | undefined {
  if (key === '') return undefined;
  const bound = parameters.map((parts) => expand(parts, key));
  return bound.every((text) => text !== undefined) ? bound : undefined;
}
