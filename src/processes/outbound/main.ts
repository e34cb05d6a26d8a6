// The outbound process: what must leave this server. The supervisor starts it, hands it settings, and tells it to change
// or to stop; the worker hands it messages over their private stream. Arguments: the configuration file's name, and
// `--log-to-terminal`.

import { unreachable } from '#base/unreachable.ts';
import { SupervisorLink } from '#processes/supervisor-link.ts';

const EX_USAGE = 64;

if (process.send === undefined) {
  process.stderr.write('valija: the outbound process is started by its supervisor: valija serve\n');
  process.exit(EX_USAGE);
}
const link = new SupervisorLink();
link.peers.open();
await serveUntilTold();
await link.peers[Symbol.asyncDispose]();
// The channel to the parent would keep the process alive.
if (process.connected) process.disconnect();

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
