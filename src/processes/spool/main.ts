// The spool process: writes the mboxes of the machine's users in the mail spool, for it has the group mail.

import { linkToSupervisor } from '#processes/supervisor-link.ts';

await using link = linkToSupervisor('the spool process');
link.peers.open();
await link.stopped();
