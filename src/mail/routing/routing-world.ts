// What routing asks of the world, and the same with its tables at hand.

import type { Result } from '#base/result.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Directory } from '#mail/ports/directory.ts';
import type { SystemUsers } from '#mail/ports/system-users.ts';
import type { Table } from '#mail/ports/table.ts';
import type { AddrSpec } from '#protocols/message/addr-spec.ts';
import { type AddressClass, type DomainClasses, openDomainClasses } from './domain-classes.ts';
import type { RouteSearch } from './route-search.ts';
import type { RoutingSettings, TableSetting } from './settings.ts';
import type { TransportTables } from './transports.ts';

export interface RoutingWorld {
  readonly settings: RoutingSettings;
  /** By the name they were configured under: all of `tableSettings(settings)`. */
  readonly tables: ReadonlyMap<string, Table>;
  readonly directory: Directory;
  /** Absent where the users of the machine get no mail here. */
  readonly systemUsers?: SystemUsers | undefined;
  readonly clock: Clock;
  /** Addresses of this machine: `user@[192.0.2.1]` is local. */
  readonly ownAddresses?: readonly string[];
  /** What an `:include:` file says, or why it is not read. Throws WorldError when that is not certain. */
  readonly readInclude?: (path: string) => Promise<Result<string, string>>;
}

export interface RoutingContext extends Omit<RoutingWorld, 'tables'> {
  readonly classes: DomainClasses;
  readonly findTable: (name: string) => Table;
  readonly tables: Readonly<Record<TableSetting, readonly Table[]>>;
  readonly transports: TransportTables;
}

/** One question: where does this lead for that sender? */
export interface RouteQuestion {
  readonly context: RoutingContext;
  readonly search: RouteSearch;
  /** `undefined` is the null reverse-path. */
  readonly sender: AddrSpec | undefined;
  /** What was asked about. */
  readonly classified: { readonly address: AddrSpec; readonly addressClass: AddressClass };
}

export function openContext(world: RoutingWorld): RoutingContext {
  const { settings, directory, ownAddresses = [] } = world;
  const findTable = (name: string): Table => {
    const table = world.tables.get(name);
    if (table === undefined) throw new Error(`the table ${name} was not opened`);
    return table;
  };
  const tables: RoutingContext['tables'] = {
    alias_maps: settings.alias_maps.map(findTable),
    canonical_maps: settings.canonical_maps.map(findTable),
    fallback_transport_maps: settings.fallback_transport_maps.map(findTable),
    local_recipient_maps: settings.local_recipient_maps?.map(findTable) ?? [],
    mailbox_transport_maps: settings.mailbox_transport_maps.map(findTable),
    recipient_canonical_maps: settings.recipient_canonical_maps.map(findTable),
    relay_recipient_maps: settings.relay_recipient_maps.map(findTable),
    sender_canonical_maps: settings.sender_canonical_maps.map(findTable),
    sender_dependent_relayhost_maps: settings.sender_dependent_relayhost_maps.map(findTable),
    transport_maps: settings.transport_maps.map(findTable),
    virtual_alias_maps: settings.virtual_alias_maps.map(findTable),
    virtual_mailbox_maps: settings.virtual_mailbox_maps.map(findTable),
  };
  const { transport_maps, sender_dependent_relayhost_maps } = tables;
  return {
    ...world,
    findTable,
    classes: openDomainClasses({ settings, findTable, directory, ownAddresses }),
    tables,
    transports: { rules: settings, relayhost: settings.relayhost, transport_maps, sender_dependent_relayhost_maps },
  };
}
