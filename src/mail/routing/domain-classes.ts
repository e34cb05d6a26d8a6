// Which of Postfix's address classes a domain is of. Each domain is of one: what is in two is refused when the settings
// are read (names) or when the server starts (domains of the directory, and what tables say).

import { type Mistake, mistake } from '#base/mistakes/mistake.ts';
import type { Directory } from '#mail/ports/directory.ts';
import type { Table } from '#mail/ports/table.ts';
import { parentDomains } from './address-lookup.ts';
import { DOMAIN_SETTINGS, type DomainSetting, isTableName, type RoutingSettings } from './settings.ts';

/** `hosted`: made with `valija domain add`. `foreign`: another server's. */
export type AddressClass = 'hosted' | 'local' | 'virtual-alias' | 'virtual-mailbox' | 'relay' | 'foreign';

const CLASS_OF: Readonly<Record<DomainSetting, AddressClass>> = {
  mydestination: 'local',
  virtual_alias_domains: 'virtual-alias',
  virtual_mailbox_domains: 'virtual-mailbox',
  relay_domains: 'relay',
};

export interface DomainOverlap {
  readonly domain: string;
  /** Settings; `valija domain` stands for the directory. */
  readonly settings: readonly [string, string];
}

export interface DomainClasses {
  /** Throws WorldError when the directory or a table cannot be asked. */
  classify(domain: string): Promise<AddressClass>;
}

interface DomainList {
  readonly setting: DomainSetting;
  readonly names: ReadonlySet<string>;
  readonly tables: readonly Table[];
}

export interface DomainClassesWorld {
  readonly settings: Pick<RoutingSettings, DomainSetting>;
  readonly findTable: (name: string) => Table;
  readonly directory: Pick<Directory, 'isLocalDomain'>;
  /** Mail to `[192.0.2.1]` is for us when this address is ours. RFC 5321 §4.1.3. */
  readonly ownAddresses: readonly string[];
}

export function openDomainClasses({ settings, findTable, directory, ownAddresses }: DomainClassesWorld): DomainClasses {
  const wanted = DOMAIN_SETTINGS.filter((setting) => settings[setting].length > 0);
  const lists = wanted.map((setting): DomainList => {
    const entries = settings[setting];
    const names = entries.filter((entry) => !isTableName(entry)).map((name) => name.toLowerCase());
    return { setting, names: new Set(names), tables: entries.filter(isTableName).map(findTable) };
  });
  const literals = new Set(ownAddresses.map(addressLiteral));
  return {
    async classify(domain) {
      if (domain.startsWith('[')) return literals.has(domain.toLowerCase()) ? 'local' : 'foreign';
      if (await directory.isLocalDomain(domain)) return 'hosted';
      for (const list of lists) if (await isListed(list, domain)) return CLASS_OF[list.setting];
      return 'foreign';
    },
  };
}

/** As Postfix has it, whoever relays for a domain relays for those below it. */
async function isListed({ setting, names, tables }: DomainList, domain: string): Promise<boolean> {
  const known = [domain.toLowerCase()];
  if (setting === 'relay_domains') known.push(...parentDomains(domain.toLowerCase()));
  if (known.some((name) => names.has(name))) return true;
  for (const table of tables) {
    for (const name of known) if ((await table.find(name)) !== undefined) return true;
  }
  return false;
}

function addressLiteral(address: string): string {
  return address.includes(':') ? `[ipv6:${address.toLowerCase()}]` : `[${address}]`;
}

/** Domains that the settings themselves name twice. */
export function findNamedOverlaps(settings: Pick<RoutingSettings, DomainSetting>): readonly DomainOverlap[] {
  const first = new Map<string, DomainSetting>();
  const overlaps: DomainOverlap[] = [];
  for (const setting of DOMAIN_SETTINGS) {
    for (const domain of new Set(settings[setting].map((entry) => entry.toLowerCase()))) {
      if (isTableName(domain)) continue;
      const other = first.get(domain);
      if (other === undefined) first.set(domain, setting);
      else overlaps.push({ domain, settings: [other, setting] });
    }
  }
  return overlaps;
}

/** What `valija domain` stands for in an overlap. */
const DIRECTORY = 'valija domain';

/**
 * Those that only the directory and the tables know: asked when the server starts, and when a domain is added. The names of
 * the machine itself may be hosted, too: then the directory has them, and `mydestination` is left with the others.
 */
export async function findOverlaps(
  {
    settings,
    findTable,
  }: Pick<DomainClassesWorld, 'findTable'> & {
    readonly settings: Pick<RoutingSettings, DomainSetting | 'myhostname' | 'mydomain'>;
  },
  hosted: readonly string[],
): Promise<readonly DomainOverlap[]> {
  const ownNames = new Set([settings.myhostname.toLowerCase(), `localhost.${settings.mydomain}`, 'localhost']);
  const lists = DOMAIN_SETTINGS.map((setting) => {
    const entries = settings[setting].map((entry) => (isTableName(entry) ? entry : entry.toLowerCase()));
    const names = entries.filter((entry) => !isTableName(entry));
    return { setting, names, tables: entries.filter(isTableName).map(findTable) };
  });
  const overlaps: DomainOverlap[] = [];
  for (const { setting, names, tables } of lists) {
    for (const domain of hosted) {
      const isOwn = setting === 'mydestination' && ownNames.has(domain);
      if ((names.includes(domain) && !isOwn) || (await isKnown(tables, domain))) {
        overlaps.push({ domain, settings: [DIRECTORY, setting] });
      }
    }
    for (const other of lists) {
      if (other.setting === setting) continue;
      for (const domain of other.names) {
        if (await isKnown(tables, domain)) overlaps.push({ domain, settings: [other.setting, setting] });
      }
    }
  }
  return overlaps;
}

async function isKnown(tables: readonly Table[], domain: string): Promise<boolean> {
  for (const table of tables) if ((await table.find(domain)) !== undefined) return true;
  return false;
}

export function overlapMistake({ domain, settings: [first, second] }: DomainOverlap): Mistake {
  return mistake('domain-of-two-classes', { domain, first, second });
}
