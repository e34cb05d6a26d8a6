// The reference manual of `valija.toml`, written from the schema: what each setting is, its form, its default.

import { z } from 'zod';
import { configSchema } from './schema.ts';

interface Property {
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Property[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly const?: string;
  readonly items?: Table & { readonly oneOf?: readonly Table[] };
}

interface Table {
  readonly properties?: Readonly<Record<string, Property>>;
}

export function configurationReference(): string {
  const all = Object.entries(properties(configSchema));
  const tables = all.filter(([, { items }]) => kindsOf(items).length > 0);
  const settings = all.filter((entry) => !tables.includes(entry));
  return [
    '# valija.toml',
    '',
    "Written by `npm run docs` from `src/platform/config/`. Postfix's parameters keep their names; sizes are bytes;",
    'times are a number with one of `s m h d w`. A misspelt or malformed key is refused with its line and the right form;',
    '`valija config check FILE` says so before a server does.',
    '',
    '## Settings',
    '',
    ...rows(Object.fromEntries(settings)),
    '',
    ...tables.flatMap(([key, property]) => tableSection(key, property)),
  ].join('\n');
}

/** `[[listen]]`, `[[certificate]]` … */
function tableSection(key: string, { description = '', items }: Property): string[] {
  const remark = key === 'listen' ? ' A setting here overrides the one above for this listener.' : '';
  const kinds = kindsOf(items).flatMap(({ type, ...settings }) => {
    const title = type?.const === undefined ? [] : [`### type = "${type.const}"`, '', type.description ?? '', ''];
    return [...title, ...rows(type === undefined || type.const !== undefined ? settings : { type, ...settings }), ''];
  });
  return [`## [[${key}]]`, '', `${description}${remark}`, '', ...kinds];
}

/** What may stand in each entry: of one kind, or of one of several. None where the setting is no list of tables. */
function kindsOf(items: Property['items']): Readonly<Record<string, Property>>[] {
  return (items?.oneOf ?? [items]).flatMap((kind) => (kind?.properties === undefined ? [] : [kind.properties]));
}

/** Which settings are times, `directory.timeout` for one of a table: the file has them in words, the server in milliseconds. */
export function timeSettings(): ReadonlySet<string> {
  const all = Object.entries(properties(configSchema)).flatMap(([key, property]) => {
    const inTables = kindsOf(property.items).flatMap((kind) => Object.entries(kind));
    return [[key, property] as const, ...inTables.map(([name, inner]) => [`${key}.${name}`, inner] as const)];
  });
  return new Set(all.filter(([, property]) => isTime(property)).map(([key]) => key));
}

/** A text, or a number of seconds. */
function isTime({ anyOf = [] }: Property): boolean {
  return anyOf.some(({ type }) => type === 'integer');
}

function properties(schema: z.ZodType): Record<string, Property> {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return (json.properties ?? {}) as Record<string, Property>;
}

function rows(settings: Readonly<Record<string, Property>>): string[] {
  const lines = Object.entries(settings).map(([key, property]) => {
    const standard = property.default === undefined ? '' : `\`${JSON.stringify(property.default)}\``;
    return `| \`${key}\` | ${form(property)} | ${standard} | ${cell(property.description ?? '')} |`;
  });
  return ['| setting | form | default | what it is |', '|---|---|---|---|', ...lines];
}

/** A bar would end the cell, in code too. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function form(property: Property): string {
  if (property.enum !== undefined) return property.enum.map((word) => `\`"${word}"\``).join(', ');
  if (isTime(property)) return 'time';
  if (property.type === 'array') return 'list';
  if (property.type === 'boolean') return 'true, false';
  if (property.type !== 'integer') return 'text';
  const most = property.maximum === undefined || property.maximum > 2 ** 40 ? '' : ` to ${property.maximum}`;
  return `integer from ${property.minimum ?? 0}${most}`;
}
