// Routing without a server: the tables and the directory are opened for one question.

import { networkInterfaces } from 'node:os';
import { ok } from '#base/result.ts';
import type { Table } from '#mail/ports/table.ts';
import { describeRoute, type RouteDescription } from '#mail/routing/route-description.ts';
import { createRouting } from '#mail/routing/routing.ts';
import { tableSettings } from '#mail/routing/settings.ts';
import type { Config } from '#platform/config/schema.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { openGetent } from '#platform/system-users/getent.ts';
import { createSystemUsers } from '#platform/system-users/system-users.ts';
import { readIncludeFile } from '#platform/tables/include-file.ts';
import { openTable } from '#platform/tables/open-table.ts';
import type { CommandContext } from './command-context.ts';
import { withOfflineDirectory } from './offline-directory.ts';

/** `undefined` where one of them is no address. */
export function findOfflineRoute(
  { errors }: CommandContext,
  config: Config,
  addressText: string,
  senderText: string,
): Promise<RouteDescription | undefined> {
  return withOfflineDirectory(config, async (_, directory) => {
    await using opened = new AsyncDisposableStack();
    const warn = (text: string) => errors.write(`valija: ${text}\n`);
    const tables = new Map<string, Table>();
    for (const name of tableSettings(config)) {
      const form = config.alias_maps.includes(name) ? 'aliases' : 'table';
      tables.set(name, opened.use(await openTable(name, { warn, form, rebuildsIndexes: false })));
    }
    const routing = createRouting({
      settings: config,
      tables,
      directory,
      systemUsers: config.system_users ? createSystemUsers(systemClock, openGetent()) : undefined,
      clock: systemClock,
      ownAddresses: Object.values(networkInterfaces()).flatMap((each) => each?.map(({ address }) => address) ?? []),
      readInclude: async (path) => ok(await readIncludeFile(path)),
    });
    const address = routing.completeAddress(addressText);
    const sender = senderText === '' ? undefined : routing.completeAddress(senderText);
    if (address === undefined || (senderText !== '' && sender === undefined)) return undefined;
    return describeRoute(addressText, await routing.findRoute(address, sender));
  });
}
