// Opens a look-up table by its name in the settings: `cdb:/etc/valija/virtual`. A table follows its files by itself.

import { unreachable } from '#base/unreachable.ts';
import { WorldError } from '#base/world-error.ts';
import { PipeTable, UnionTable } from './combined-tables.ts';
import { constantTable, failingTable } from './constant-tables.ts';
import { openLdapTable } from './ldap-table.ts';
import { mapLookup } from './lookup.ts';
import type { OpenTable } from './opened-table.ts';
import { patternSource } from './pattern-source.ts';
import { ReloadingTable } from './reloading-table.ts';
import { openServerTable } from './server-table.ts';
import type { SourceForm } from './source-entries.ts';
import type { SqliteLimits } from './sqlite-database.ts';
import { openSqliteTable } from './sqlite-table.ts';
import { StoredSource } from './stored-source.ts';
import type { TableSource } from './table-source.ts';
import { type NamedSpec, parseTableSpec } from './table-spec.ts';

export interface TableOptions {
  /** A line that is passed over, a new version that cannot be used: one sentence, with file and line. */
  readonly warn: (text: string) => void;
  /** How a source is written whose index is older: `aliases` for `alias_maps`; else `table`. */
  readonly form?: SourceForm;
  /** Whether an index that is missing or older than its source is written behind the table's back; true unless given. */
  readonly rebuildsIndexes?: boolean;
  /** Whether keys are in small letters; true unless given. Patterns have flags for it. */
  readonly foldsKeys?: boolean;
  readonly nowMs?: () => number;
  readonly sqliteLimits?: SqliteLimits;
}

/** Throws WorldError, which says what is wrong and where, when the table cannot be used as it stands. */
export async function openTable(name: string, options: TableOptions): Promise<OpenTable> {
  const spec = parseTableSpec(name);
  if (!spec.ok) throw new WorldError(`open table: ${spec.error}`, { transient: false });
  return openNamed({ name: name.trim(), spec: spec.value }, options);
}

async function openNamed({ name, spec }: NamedSpec, options: TableOptions): Promise<OpenTable> {
  switch (spec.type) {
    case 'cdb':
    case 'hash':
    case 'texthash': {
      const { warn, form = 'table', foldsKeys = true, rebuildsIndexes: rebuildsIndex = true } = options;
      const reading = { form, foldsKeys, duplicates: 'warn', warn, rebuildsIndex } as const;
      return openReloading(name, new StoredSource(spec.type, spec.path, reading), { isPattern: false }, options);
    }
    case 'cidr':
    case 'regexp':
    case 'pcre':
      return openReloading(name, patternSource(spec.type, spec.path), { isPattern: true }, options);
    case 'sqlite':
      return openSqliteTable(name, spec.path, options.sqliteLimits);
    case 'pgsql':
    case 'mysql':
      return openServerTable(spec.type, name, spec.path);
    case 'ldap':
      return openLdapTable(name, spec.path);
    case 'inline':
      return constantTable(name, mapLookup(spec.entries));
    case 'static':
      return constantTable(name, { find: () => spec.value });
    case 'fail':
      return failingTable(name);
    case 'unionmap':
      return new UnionTable(name, await openMembers(spec.members, options));
    case 'pipemap':
      return new PipeTable(name, await openMembers(spec.members, options));
    default:
      return unreachable(spec);
  }
}

function openReloading(
  name: string,
  source: TableSource,
  { isPattern }: { readonly isPattern: boolean },
  { warn, foldsKeys = true, nowMs = () => performance.now() }: TableOptions,
): Promise<OpenTable> {
  return ReloadingTable.open(source, { name, isPattern, foldsKeys: foldsKeys && !isPattern, warn, nowMs });
}

async function openMembers(members: readonly NamedSpec[], options: TableOptions): Promise<OpenTable[]> {
  await using opened = new AsyncDisposableStack();
  const tables: OpenTable[] = [];
  for (const member of members) tables.push(opened.use(await openNamed(member, options)));
  // All of them are open: they are closed with the table that they belong to.
  opened.move();
  return tables;
}
