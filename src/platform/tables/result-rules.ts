// Which keys a table in a database is asked for, and what becomes of what it finds: `domain`, `result_format`,
// `expansion_limit`. mysql_table(5), ldap_table(5)

import { err, ok, type Result } from '#base/result.ts';
import { domainOf, type ExpansionPart, expand, parseExpansions } from './expansion.ts';
import { listOf } from './settings-file.ts';

export interface ResultRules {
  readonly resultFormat: readonly ExpansionPart[];
  /** Only addresses of these domains are looked up; all keys where there is none. */
  readonly domains: readonly string[];
  /** Results of one key; 0 is any number. */
  readonly expansionLimit: number;
}

export const RESULT_NAMES = ['result_format', 'domain', 'expansion_limit'];

export function parseResultRules(values: ReadonlyMap<string, string>): Result<ResultRules, string> {
  const resultFormat = parseExpansions(values.get('result_format') ?? '%s');
  if (!resultFormat.ok) return err(`result_format: ${resultFormat.error}`);
  const domains = listOf(values, 'domain').map((name) => name.toLowerCase());
  const table = domains.find((name) => /[:/]/.test(name));
  if (table !== undefined) return err(`domain: "${table}": only names of domains are supported`);
  const limit = values.get('expansion_limit') ?? '0';
  if (!/^\d{1,9}$/.test(limit)) return err(`expansion_limit: "${limit}" is no number`);
  return ok({ resultFormat: resultFormat.value, domains, expansionLimit: Number(limit) });
}

/** With `domain = …` only addresses in these domains are asked for: no bare names, and no `@domain`. */
export function isServed({ domains }: ResultRules, key: string): boolean {
  if (domains.length === 0) return true;
  const domain = domainOf(key);
  return domain !== undefined && !key.startsWith('@') && domains.includes(domain);
}

/** `undefined` where nothing was found. Throws an Error where it was too much. */
export function joinResults(
  { resultFormat, expansionLimit }: ResultRules,
  key: string,
  values: readonly (string | undefined)[],
): string | undefined {
  const results = values
    .map((value) => (value === undefined || value === '' ? undefined : expand(resultFormat, key, value)))
    .filter((text) => text !== undefined);
  if (expansionLimit > 0 && results.length > expansionLimit) {
    throw new Error(`"${key}" has more than ${expansionLimit} results (expansion_limit)`);
  }
  return results.length === 0 ? undefined : results.join(',');
}
