// A query with variables in it as a prepared statement: every quoted text with a variable in it becomes one bound parameter,
// and so does a bare variable, so that no stranger's text is ever part of the language.

import { err, ok, type Result } from '#base/result.ts';

export interface BoundQuery<Part> {
  readonly sql: string;
  /** What is bound, in the order of the places. */
  readonly parameters: readonly (readonly Part[])[];
}

/** How a place for a value is written: `?`, or `$1` for the first. */
export type PlaceMark = (place: number) => string;

export const QUESTION_MARKS: PlaceMark = () => '?';
export const NUMBERED: PlaceMark = (place) => `$${place}`;

// A text in quotes, in which a quote is doubled; or a variable outside of one.
const QUOTED_OR_VARIABLE = /'((?:[^']|'')*)'|"((?:[^"]|"")*)"|%L?(?:\{[^}]{0,80}\}|[\s\S])?/g;

export function bindQuery<Part extends { readonly text: string } | object, Wrong>(
  text: string,
  parse: (text: string) => Result<readonly Part[], Wrong>,
  markOf: PlaceMark,
): Result<BoundQuery<Part>, Wrong> {
  const parameters: (readonly Part[])[] = [];
  let sql = '';
  let end = 0;
  for (const found of text.matchAll(QUOTED_OR_VARIABLE)) {
    const [whole, single, double] = found;
    const content = single?.replaceAll("''", "'") ?? double?.replaceAll('""', '"') ?? whole;
    const parts = parse(content);
    if (!parts.ok) return err(parts.error);
    sql += text.slice(end, found.index);
    end = found.index + whole.length;
    if (parts.value.some((part) => !('text' in part))) sql += markOf(parameters.push(parts.value));
    else sql += whole.replaceAll('%%', '%');
  }
  return ok({ sql: sql + text.slice(end), parameters });
}
