// Routing without a server: the tables and the directory are opened for one question.

import type { Directory } from '#mail/ports/directory.ts';
import type { DirectoryAdmin } from '#mail/ports/directory-admin.ts';
import type { Log } from '#mail/ports/log.ts';
import { describeRoute, type RouteDescription } from '#mail/routing/route-description.ts';
import type { Config } from '#platform/config/schema.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { type OpenRouting, openRouting } from '#platform/routing/open-routing.ts';
import { openGetent } from '#platform/system-users/getent.ts';
import { createSystemUsers } from '#platform/system-users/system-users.ts';
import type { CommandContext } from './command-context.ts';
import { withOfflineDirectory } from './offline-directory.ts';

/** Throws WorldError as `openRouting` does. */
export function openOfflineRouting(
  { errors }: CommandContext,
  config: Config,
  { admin, directory }: { readonly admin: DirectoryAdmin; readonly directory: Directory },
): Promise<OpenRouting> {
  const log: Log = { write: (_level, _area, text) => void errors.write(`valija: ${text}\n`) };
  const systemUsers = createSystemUsers(systemClock, openGetent());
  return openRouting(config, { directory, admin, systemUsers, clock: systemClock, log, rebuildsIndexes: false });
}

/** `undefined` where one of them is no address. Throws WorldError as `openRouting` does. */
export function findOfflineRoute(
  context: CommandContext,
  config: Config,
  addressText: string,
  senderText: string,
): Promise<RouteDescription | undefined> {
  return withOfflineDirectory(config, async (admin, directory) => {
    await using opened = await openOfflineRouting(context, config, { admin, directory });
    const { routing } = opened;
    const address = routing.completeAddress(addressText);
    const sender = senderText === '' ? undefined : routing.completeAddress(senderText);
    if (address === undefined || (senderText !== '' && sender === undefined)) return undefined;
    return describeRoute(addressText, await routing.findRoute(address, sender));
  });
}
