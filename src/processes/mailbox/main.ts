// A mailbox process: what one user of the machine has at home, as that user. Ends when there is nothing to do.

import { userInfo } from 'node:os';
import type { Log } from '#mail/ports/log.ts';
import { serveUserDeliveries } from '#platform/local-delivery/serve-deliveries.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { UserStoreServer } from '#platform/mailbox-link/user-store.ts';
import { openGetent } from '#platform/system-users/getent.ts';
import { createSystemUsers } from '#platform/system-users/system-users.ts';
import { untilIdle } from '#processes/idleness.ts';
import { linkToSupervisor } from '#processes/supervisor-link.ts';

await using link = linkToSupervisor('the mailbox process');
const { username } = userInfo();
const user = await createSystemUsers(systemClock, openGetent()).find(username);
if (user === undefined) throw new Error(`the system does not know ${username}, who this process runs as`);
const log: Log = {
  write(level, area, text) {
    if (level === 'warn' || level === 'error') process.stderr.write(`valija: ${area} of ${username}: ${text}\n`);
  },
};
await using stores = new UserStoreServer(user, log);
link.peers.open((peer, channel) => {
  serveUserDeliveries(channel, user);
  if (peer.role === 'worker') stores.serve(channel);
});
await untilIdle(link, { isBusy: () => stores.isReading, isAwaited: () => stores.isWatched });
