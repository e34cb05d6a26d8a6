// Routing as the settings have it, with its tables open. Each time the settings change another one is opened; the one before
// stays open for the messages that are under way.

import { mistakeInEnglish } from '#base/mistakes/mistake.ts';
import { ok } from '#base/result.ts';
import { WorldError } from '#base/world-error.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Directory } from '#mail/ports/directory.ts';
import type { DirectoryAdmin } from '#mail/ports/directory-admin.ts';
import type { Log } from '#mail/ports/log.ts';
import type { SystemUsers } from '#mail/ports/system-users.ts';
import type { Table } from '#mail/ports/table.ts';
import { overlapMistake } from '#mail/routing/domain-classes.ts';
import { createRouting, type Routing } from '#mail/routing/routing.ts';
import { tableSettings } from '#mail/routing/settings.ts';
import type { Config } from '#platform/config/schema.ts';
import { ownAddresses } from '#platform/machine/own-addresses.ts';
import { readIncludeFile } from '#platform/tables/include-file.ts';
import { openTable } from '#platform/tables/open-table.ts';

export interface RoutingSurroundings {
  readonly directory: Directory;
  readonly admin: Pick<DirectoryAdmin, 'listDomains'>;
  readonly systemUsers: SystemUsers;
  readonly clock: Clock;
  readonly log: Log;
  /** False for whoever only looks; where nothing is said, an index older than its source is made anew. */
  readonly rebuildsIndexes?: boolean;
}

export interface OpenRouting extends AsyncDisposable {
  readonly routing: Routing;
}

/** Throws WorldError, which says what is wrong and where, for tables that cannot be used and domains of two classes. */
export async function openRouting(config: Config, around: RoutingSurroundings): Promise<OpenRouting> {
  await using opened = new AsyncDisposableStack();
  const { rebuildsIndexes = true } = around;
  const warn = (text: string) => around.log.write('warn', 'tables', text);
  const tables = new Map<string, Table>();
  for (const name of tableSettings(config)) {
    const form = config.alias_maps.includes(name) ? 'aliases' : 'table';
    tables.set(name, opened.use(await openTable(name, { warn, form, rebuildsIndexes })));
  }
  const routing = createRouting({
    settings: config,
    tables,
    directory: around.directory,
    systemUsers: config.system_users ? around.systemUsers : undefined,
    clock: around.clock,
    ownAddresses: [...ownAddresses(), ...config.proxy_interfaces],
    readInclude: async (path) => ok(await readIncludeFile(path)),
  });
  const hosted = (await around.admin.listDomains()).map(({ name }) => name);
  const overlaps = await routing.findOverlaps(hosted);
  if (overlaps.length > 0) {
    const cause = new Error(overlaps.map(overlapMistake).map(mistakeInEnglish).join('; '));
    throw new WorldError('domains', { transient: false, cause });
  }
  const resources = opened.move();
  return { routing, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}
