// A socket that was accepted, read into one stretch of memory instead of one allocation of 64 KiB for each arrival
// (docs/decisions/0013-reads-into-one-memory.md): the collector marks the whole heap again for every 64 MB of those.

import { type BoundSocket, Socket } from 'node:net';

/** Node tells of each arrival before it reads the next, whichever socket that comes from. */
const arrivals = Buffer.allocUnsafeSlow(65_536);

/** `accepted` comes from a server with `pauseOnConnect` and is of no use afterwards. `arrive`: octets on loan for the call. */
export function readIntoOneMemory(accepted: Socket, arrive: (socket: Socket, octets: Buffer) => void): Socket {
  const owner = accepted as unknown as { _handle: BoundSocket | null };
  const { _handle: handle } = owner;
  // It is gone already.
  if (handle === null) return accepted;
  owner._handle = null;
  const socket: Socket = new Socket({
    handle,
    allowHalfOpen: true,
    onread: {
      buffer: arrivals,
      callback(lengthBytes: number): boolean {
        arrive(socket, arrivals.subarray(0, lengthBytes));
        return true;
      },
    },
  });
  return socket;
}
