// A port for settings that must name one: of those that the system gives nobody by itself, and kept from every other test
// for as long as this process lives.

import { once } from 'node:events';
import { createServer, type ListenOptions, type Server } from 'node:net';

/** Below what Linux gives to whoever asks for any port (`net.ipv4.ip_local_port_range`). */
const FIRST = 20_000;
const LAST = 32_767;

export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST + 1 - FIRST));
    // An abstract socket: the kernel gives it to one, and takes it back with the process.
    const kept = await listenAt({ path: `\0valija-test-port-${port}` });
    if (kept === undefined) continue;
    kept.unref();
    const probe = await listenAt({ host: '127.0.0.1', port });
    if (probe === undefined) continue;
    probe.close();
    await once(probe, 'close');
    return port;
  }
}

/** `undefined` where somebody else has it. */
function listenAt(place: ListenOptions): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(place, () => resolve(server));
  });
}
