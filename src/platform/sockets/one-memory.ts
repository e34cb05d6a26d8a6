// Sockets are read into one stretch of memory instead of one allocation of 64 KiB for each arrival
// (docs/decisions/0013-reads-into-one-memory.md): the collector marks the whole heap again for every 64 MB of those.

import { type BoundSocket, type OnReadOpts, Socket } from 'node:net';

/** Octets that came on that socket, on loan for the call. */
export type OnArrival = (socket: Socket, octets: Buffer) => void;

/** Node tells of each arrival before it reads the next, whichever socket that comes from. */
const arrivals = Buffer.allocUnsafeSlow(65_536);

/** For a socket that is being made: `find` is asked for it when something has come. */
export function intoOneMemory(find: () => Socket, arrive: OnArrival): OnReadOpts {
  return {
    buffer: arrivals,
    callback(lengthBytes) {
      arrive(find(), arrivals.subarray(0, lengthBytes));
      return true;
    },
  };
}

/** `accepted` comes from a server with `pauseOnConnect` and is of no use afterwards. */
export function acceptIntoOneMemory(accepted: Socket, arrive: OnArrival): Socket {
  const owner = accepted as unknown as { _handle: BoundSocket | null };
  const { _handle: handle } = owner;
  // It is gone already.
  if (handle === null) return accepted;
  owner._handle = null;
  const socket: Socket = new Socket({ handle, allowHalfOpen: true, onread: intoOneMemory(() => socket, arrive) });
  return socket;
}
