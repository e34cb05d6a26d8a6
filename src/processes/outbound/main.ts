// The outbound process: what must leave this server. The supervisor starts it, hands it settings, and tells it to change
// or to stop; the worker hands it messages over their private stream. Arguments: the configuration file's name, and
// `--log-to-terminal`.

import { unreachable } from '#base/unreachable.ts';
import { linkToSupervisor } from '#processes/supervisor-link.ts';

await using link = linkToSupervisor('the outbound process');
link.peers.open();
await serveUntilTold();

async function serveUntilTold(): Promise<void> {
  for (;;) {
    const request = await link.next();
    switch (request.kind) {
      case 'settings':
        await link.tell({ kind: 'ready', listeners: [] });
        break;
      case 'note':
      case 'make-room':
        break;
      case 'stop':
        return;
      default:
        unreachable(request);
    }
  }
}
