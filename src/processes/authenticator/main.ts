// The authenticator: judges passwords of the machine's users, for it may read /etc/shadow and nobody else of ours may.

import { linkToSupervisor } from '#processes/supervisor-link.ts';

await using link = linkToSupervisor('the authenticator process');
link.peers.open();
await link.stopped();
