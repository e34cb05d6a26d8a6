// The file that an `sqlite:` table is named by: `dbpath = …`, `query = …`, in the form of main.cf. sqlite_table(5)

import { err, ok, type Result } from '#base/result.ts';
import { trimBlanks } from '#mail/routing/aliases/quoted-text.ts';
import { type ExpansionPart, parseExpansions } from './expansion.ts';
import { logicalLines } from './logical-lines.ts';
import { parseSqliteQuery, type SqliteQuery } from './sqlite-query.ts';

export interface SqliteSettings {
  readonly databasePath: string;
  readonly query: SqliteQuery;
  readonly resultFormat: readonly ExpansionPart[];
  /** Only addresses of these domains are looked up; all where there is none. */
  readonly domains: readonly string[];
  /** Results of one key; 0 is any number. */
  readonly expansionLimit: number;
}

const NAMES = [
  'dbpath',
  'query',
  'result_format',
  'domain',
  'expansion_limit',
  'select_field',
  'table',
  'where_field',
  'additional_conditions',
];

/** Throws an Error with file and line. */
export function parseSqliteSettings(text: string, file: string): SqliteSettings {
  const values = readValues(text, file);
  const settings = interpret(values);
  if (settings.ok) return settings.value;
  throw new Error(`${file}: ${settings.error}`);
}

function readValues(text: string, file: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const refuse = (line: number, complaint: string): never => {
    throw new Error(`${file}:${line}: ${complaint.replace('; ignored', '')}`);
  };
  for (const { line, text: content } of logicalLines(text, refuse)) {
    const equals = content.indexOf('=');
    const name = trimBlanks(content.slice(0, Math.max(0, equals)));
    if (name === '') return refuse(line, 'expected format: name = value');
    if (!NAMES.includes(name)) return refuse(line, `"${name}" is not known; there are ${NAMES.join(', ')}`);
    values.set(name, trimBlanks(content.slice(equals + 1)));
  }
  return values;
}

function interpret(values: ReadonlyMap<string, string>): Result<SqliteSettings, string> {
  const databasePath = values.get('dbpath');
  if (!databasePath) return err('dbpath is missing: the file of the database');
  const written = values.get('query') ?? oldQuery(values);
  if (written === undefined) return err("query is missing: SELECT … WHERE address = '%s'");
  const query = parseSqliteQuery(written);
  if (!query.ok) return query;
  const resultFormat = parseExpansions(values.get('result_format') ?? '%s');
  if (!resultFormat.ok) return err(`result_format: ${resultFormat.error}`);
  const domains = (values.get('domain') ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((name) => name !== '');
  const table = domains.find((name) => /[:/]/.test(name));
  if (table !== undefined) return err(`domain: "${table}": only names of domains are supported`);
  const limit = values.get('expansion_limit') ?? '0';
  if (!/^\d{1,9}$/.test(limit)) return err(`expansion_limit: "${limit}" is no number`);
  return ok({
    databasePath,
    query: query.value,
    resultFormat: resultFormat.value,
    domains,
    expansionLimit: Number(limit),
  });
}

/** How a query was written before Postfix 2.2. */
function oldQuery(values: ReadonlyMap<string, string>): string | undefined {
  const [select, table, where] = ['select_field', 'table', 'where_field'].map((name) => values.get(name));
  if (!select || !table || !where) return undefined;
  return `SELECT ${select} FROM ${table} WHERE ${where} = '%s' ${values.get('additional_conditions') ?? ''}`;
}
