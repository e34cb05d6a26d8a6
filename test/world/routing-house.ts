// Routing with everything behind it in memory: tables as literals, users of the machine by name.

import type { Clock } from '#mail/ports/clock.ts';
import type { SystemUsers } from '#mail/ports/system-users.ts';
import type { Table } from '#mail/ports/table.ts';
import type { Route } from '#mail/routing/route.ts';
import { createRouting, type RoutingWorld } from '#mail/routing/routing.ts';
import { ROUTING_DEFAULTS, type RoutingSettings, type TableSetting } from '#mail/routing/settings.ts';
import { describeNextHop } from '#mail/routing/transports.ts';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { fixedClock } from './clock.ts';
import { addrSpec, memoryDirectory } from './directory.ts';
import { literalTable } from './tables.ts';

const NAMES = {
  myhostname: 'mail.valija.test',
  mydomain: 'valija.test',
  myorigin: 'mail.valija.test',
  mydestination: ['mail.valija.test', 'localhost'],
};

export interface RoutingLiteral extends Partial<Omit<RoutingWorld, 'settings' | 'tables' | 'systemUsers'>> {
  readonly settings?: Partial<RoutingSettings>;
  /** One table for each of these settings: its entries, or a table of another kind. */
  readonly tables?: { readonly [Setting in TableSetting]?: Readonly<Record<string, string>> | Table };
  /** Names of users of the machine; absent: it has none that get mail. */
  readonly users?: readonly string[];
  readonly clock?: Clock;
}

export function routingHouse({ settings, tables = {}, users, directory, clock, ...rest }: RoutingLiteral = {}) {
  const opened = new Map<string, Table>();
  const named = Object.entries(tables).map(([setting, entries]) => {
    const table = isTable(entries) ? entries : literalTable(`test:${setting}`, entries);
    opened.set(table.name, table);
    return [setting, [table.name]];
  });
  const routing = createRouting({
    settings: { ...ROUTING_DEFAULTS, ...NAMES, ...Object.fromEntries(named), ...settings },
    tables: opened,
    directory: directory ?? memoryDirectory({ domains: ['hosted.test'], accounts: [{ address: 'ana@hosted.test' }] }),
    systemUsers: users && systemUsers(users),
    clock: clock ?? fixedClock(),
    ...rest,
  });
  return {
    routing,
    routeOf: (address: string, sender?: string) =>
      routing.findRoute(addrSpec(address), sender === undefined ? undefined : addrSpec(sender)),
  };
}

function isTable(entries: object): entries is Table {
  return 'find' in entries && typeof entries.find === 'function';
}

export function systemUsers(names: readonly string[]): SystemUsers {
  return {
    async find(name) {
      if (!names.includes(name)) return undefined;
      const uid = name === 'root' ? 0 : 1000 + names.indexOf(name);
      return { name, uid, gid: uid, fullName: '', home: `/home/${name}`, shell: '/bin/sh' };
    },
  };
}

/** Each destination in a line: `ana@hosted.test`, `smtp:example.org for ana@example.org`. */
export function ends(route: Route): readonly string[] {
  if (route.kind !== 'deliverable') return [route.kind === 'unknown-user' ? `unknown: ${route.unknownIn}` : route.kind];
  return route.destinations.map((destination) => {
    if (destination.kind === 'mailbox') return destination.account.id;
    const { nextHop, address, sender } = destination;
    const from = sender === undefined ? '' : ` from ${formatAddrSpec(sender)}`;
    return `${describeNextHop(nextHop)} for ${formatAddrSpec(address)}${from}`;
  });
}
