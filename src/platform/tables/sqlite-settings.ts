// The file that an `sqlite:` table is named by: `dbpath = …`, `query = …`. sqlite_table(5)

import { err, ok, type Result } from '#base/result.ts';
import { QUESTION_MARKS } from '#mail/directory-sources/bound-query.ts';
import { parseKeyQuery, QUERY_NAMES } from './key-query.ts';
import type { QuerySettings } from './query-table.ts';
import { parseResultRules, RESULT_NAMES } from './result-rules.ts';
import { readSettingsFile } from './settings-file.ts';

export interface SqliteSettings extends QuerySettings {
  readonly databasePath: string;
}

const NAMES = ['dbpath', ...QUERY_NAMES, ...RESULT_NAMES];

/** Throws an Error with file and line. */
export function parseSqliteSettings(text: string, file: string): SqliteSettings {
  const settings = interpret(readSettingsFile(text, file, NAMES));
  if (settings.ok) return settings.value;
  throw new Error(`${file}: ${settings.error}`);
}

function interpret(values: ReadonlyMap<string, string>): Result<SqliteSettings, string> {
  const databasePath = values.get('dbpath');
  if (!databasePath) return err('dbpath is missing: the file of the database');
  const query = parseKeyQuery(values, QUESTION_MARKS);
  if (!query.ok) return query;
  const rules = parseResultRules(values);
  return rules.ok ? ok({ databasePath, query: query.value, rules: rules.value }) : rules;
}
