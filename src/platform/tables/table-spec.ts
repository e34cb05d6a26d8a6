// `type:name`, as Postfix writes where a table is: `cdb:/etc/valija/virtual`, `inline:{ {a = b c}, d=e }`,
// `pipemap:{cdb:/a, cdb:/b}`. DATABASE_README, postconf(5).

import { err, ok, type Result } from '#base/result.ts';
import { trimBlanks } from '#mail/routing/aliases/quoted-text.ts';
import { stripBraces, takeBracedList } from './braced-list.ts';

const FILE_TABLE_TYPES = [
  'cdb',
  'hash',
  'texthash',
  'cidr',
  'regexp',
  'pcre',
  'sqlite',
  'pgsql',
  'mysql',
  'ldap',
] as const;
export type FileTableType = (typeof FILE_TABLE_TYPES)[number];

export type TableSpec =
  | { readonly type: FileTableType; readonly path: string }
  | { readonly type: 'static'; readonly value: string }
  | { readonly type: 'inline'; readonly entries: ReadonlyMap<string, string> }
  | { readonly type: 'fail' }
  | { readonly type: 'unionmap' | 'pipemap'; readonly members: readonly NamedSpec[] };

export interface NamedSpec {
  readonly name: string;
  readonly spec: TableSpec;
}

/** Tables within tables within tables: nobody writes more by hand. */
const DEEPEST_NESTING = 10;

/** Types that Postfix has and we have not, and what to do instead. */
const ADVICE: Readonly<Record<string, string>> = {
  btree: 'run `valija postmap cdb:FILE` on its source and write cdb:FILE',
  lmdb: 'run `valija postmap cdb:FILE` on its source and write cdb:FILE',
  dbm: 'run `valija postmap cdb:FILE` on its source and write cdb:FILE',
  sdbm: 'run `valija postmap cdb:FILE` on its source and write cdb:FILE',
  randmap: 'write inline:{…} or static:… with one result',
  environ: 'write inline:{…} or static:…',
};

export function parseTableSpec(text: string, depth = 0): Result<TableSpec, string> {
  const written = trimBlanks(text);
  const [, type = '', rest = ''] = /^([A-Za-z][A-Za-z0-9]*):([\s\S]*)$/.exec(written) ?? [];
  if (type === '') {
    return err(`"${written}" has no type: write cdb:${written}, hash:${written} or texthash:${written}`);
  }
  const name = trimBlanks(rest);
  // In Postfix it reaches tables outside a chroot, or by one connection for all: here every table is reached so.
  if (type === 'proxy') return parseTableSpec(name, depth);
  if (name === '') return err(`"${written}" has nothing behind its type`);
  if (depth > DEEPEST_NESTING) return err(`tables lie in tables more than ${DEEPEST_NESTING} deep`);
  if (isFileType(type)) return ok({ type, path: name });
  switch (type) {
    case 'static':
      return parseStatic(name);
    case 'inline':
      return parseInline(name);
    case 'fail':
      return ok({ type });
    case 'unionmap':
    case 'pipemap':
      return parseMembers(type, name, depth);
    default:
      return err(refusal(type));
  }
}

function isFileType(type: string): type is FileTableType {
  return FILE_TABLE_TYPES.some((known) => known === type);
}

function refusal(type: string): string {
  const advice = Object.hasOwn(ADVICE, type) ? ADVICE[type] : undefined;
  if (advice !== undefined) return `${type}: tables are not supported: ${advice}`;
  const known = [...FILE_TABLE_TYPES, 'inline', 'static', 'unionmap', 'pipemap', 'fail'].join(', ');
  return `there is no table type "${type}"; there are ${known}`;
}

function parseStatic(name: string): Result<TableSpec, string> {
  if (!name.startsWith('{')) return ok({ type: 'static', value: name });
  const value = stripBraces(name);
  return value.ok ? ok({ type: 'static', value: value.value }) : value;
}

function parseInline(name: string): Result<TableSpec, string> {
  const items = takeBracedList(name);
  if (!items.ok) return err(`inline:${name}: ${items.error}; write inline:{key=value, {key = longer value}}`);
  const entries = new Map<string, string>();
  for (const item of items.value) {
    const pair = item.startsWith('{') ? stripBraces(item) : ok(item);
    if (!pair.ok) return pair;
    const equals = pair.value.indexOf('=');
    const key = trimBlanks(pair.value.slice(0, Math.max(0, equals)));
    const value = trimBlanks(pair.value.slice(equals + 1));
    if (key === '' || value === '') return err(`inline: "${pair.value}" is not key=value`);
    entries.set(key.toLowerCase(), value);
  }
  return ok({ type: 'inline', entries });
}

function parseMembers(type: 'unionmap' | 'pipemap', name: string, depth: number): Result<TableSpec, string> {
  const items = takeBracedList(name);
  if (!items.ok) return err(`${type}:${name}: ${items.error}; write ${type}:{type:name, type:name}`);
  const members: NamedSpec[] = [];
  for (const item of items.value) {
    const spec = parseTableSpec(item, depth + 1);
    if (!spec.ok) return spec;
    members.push({ name: item, spec: spec.value });
  }
  return ok({ type, members });
}
