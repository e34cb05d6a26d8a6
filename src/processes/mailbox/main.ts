// A mailbox process: what one user of the machine has at home, as that user. Ends when there is nothing to do.

import { untilIdle } from '#processes/idleness.ts';
import { linkToSupervisor } from '#processes/supervisor-link.ts';

await using link = linkToSupervisor('the mailbox process');
link.peers.open();
await untilIdle(link);
