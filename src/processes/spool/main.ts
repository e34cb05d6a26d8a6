// The spool process: writes the mboxes of the machine's users in the mail spool, for it has the group mail.

import { serveSpoolDeliveries } from '#platform/local-delivery/serve-deliveries.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { openGetent } from '#platform/system-users/getent.ts';
import { createSystemUsers } from '#platform/system-users/system-users.ts';
import { linkToSupervisor } from '#processes/supervisor-link.ts';

await using link = linkToSupervisor('the spool process');
const users = createSystemUsers(systemClock, openGetent());
link.peers.open((_peer, channel) => serveSpoolDeliveries(channel, users, (user) => link.makeSpool(user)));
await link.stopped();
