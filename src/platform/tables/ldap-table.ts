// `ldap:` tables: a search for the key, and for what the entries found lead to. The file is only read when the table is
// opened; a server that is down stops no start. ldap_table(5)

import { WorldError } from '#base/world-error.ts';
import { escapeFilterValue, escapeNameValue } from '#mail/directory-sources/ldap-text.ts';
import { Failover } from '#platform/directory-sources/failover.ts';
import { LdapClient, type LdapEntry, type LdapSearch } from '#platform/directory-sources/ldap-client.ts';
import { type ExpansionPart, expand } from './expansion.ts';
import { type LdapTableSettings, parseLdapSettings } from './ldap-table-settings.ts';
import type { OpenTable } from './opened-table.ts';
import { isServed, joinResults } from './result-rules.ts';
import { readTableFile } from './table-file.ts';

const EVERYTHING = '(objectClass=*)';

/** Throws WorldError where the file is wrong. */
export async function openLdapTable(name: string, path: string): Promise<OpenTable> {
  try {
    return new LdapTable(name, parseLdapSettings((await readTableFile(path)).toString(), path));
  } catch (cause) {
    throw new WorldError(`open ${name}`, { transient: false, cause });
  }
}

class LdapTable implements OpenTable {
  readonly name: string;
  readonly isPattern = false;
  readonly #settings: LdapTableSettings;
  readonly #servers: Failover<LdapClient>;
  readonly #attributes: readonly string[];

  constructor(name: string, settings: LdapTableSettings) {
    this.name = name;
    this.#settings = settings;
    const { results, leaves, terminals, references, servers } = settings;
    this.#attributes = [...results, ...leaves, ...terminals, ...references];
    this.#servers = new Failover(
      servers.map((server) => new LdapClient(server)),
      () => performance.now(),
    );
  }

  async find(written: string): Promise<string | undefined> {
    const key = written.toLowerCase();
    const { base, filter, scope, rules } = this.#settings;
    if (key === '' || !isServed(rules, key)) return undefined;
    const mayLackBase = base.some((part) => 'letter' in part);
    const searched = { base: expandIn(base, key, escapeNameValue), filter: expandIn(filter, key, escapeFilterValue) };
    if (searched.base === undefined || searched.filter === undefined) return undefined;
    try {
      const entries = await this.#search({ base: searched.base, filter: searched.filter, scope, mayLackBase });
      return joinResults(rules, key, await this.#expand(entries, new Set(), 0));
    } catch (cause) {
      throw new WorldError(`look up in ${this.name}`, { transient: true, cause });
    }
  }

  async entries(): Promise<undefined> {
    return undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#servers[Symbol.asyncDispose]();
  }

  /** What the entries say, and what those say whom they name, each of them once: groups may name one another. */
  async #expand(entries: readonly LdapEntry[], seen: Set<string>, depth: number): Promise<string[]> {
    const { results, leaves, terminals, references, recursionLimit } = this.#settings;
    const found: string[] = [];
    for (const entry of entries) {
      const last = valuesOf(entry, terminals);
      const names = last.length > 0 ? [] : valuesOf(entry, references);
      if (last.length > 0) found.push(...last);
      else found.push(...valuesOf(entry, results), ...(names.length > 0 ? [] : valuesOf(entry, leaves)));
      if (names.length > 0 && depth >= recursionLimit)
        throw new Error(`more than ${recursionLimit} levels (recursion_limit)`);
      for (const name of names) {
        if (seen.has(name)) continue;
        seen.add(name);
        const named = await this.#search({ base: name, filter: EVERYTHING, scope: 'base', mayLackBase: true });
        found.push(...(await this.#expand(named, seen, depth + 1)));
      }
    }
    return found;
  }

  async #search(wanted: Omit<LdapSearch, 'attributes' | 'mostEntries'>): Promise<LdapEntry[]> {
    const { mostEntries } = this.#settings;
    // One more shows that it was too much.
    const search = { ...wanted, attributes: this.#attributes, mostEntries: mostEntries + 1 };
    const entries = await this.#servers.ask((client) => client.search(search));
    if (entries.length > mostEntries) throw new Error(`more than ${mostEntries} entries (size_limit)`);
    return entries;
  }
}

function valuesOf({ attributes }: LdapEntry, names: readonly string[]): string[] {
  return names.flatMap((name) => [...(attributes.get(name.toLowerCase()) ?? [])]);
}

/** `undefined` where the key has not what is asked of it. */
function expandIn(parts: readonly ExpansionPart[], key: string, quote: (value: string) => string): string | undefined {
  const texts = parts.map((part) => {
    if ('text' in part) return part.text;
    const value = expand([part], key);
    return value === undefined ? undefined : quote(value);
  });
  return texts.every((text) => text !== undefined) ? texts.join('') : undefined;
}
