// A bound address that hands each arriving connection to a service, and knows the connections that are open.

import { createServer, type Server, type Socket } from 'node:net';
import { WorldError } from '#base/world-error.ts';
import type { ConnectionFacts } from '#mail/ports/connection.ts';
import type { ServerTls } from '#platform/tls/server-tls.ts';
import type { ConnectionRoom } from './connection-room.ts';
import { SocketConnection } from './socket-connection.ts';

/** Connections that wait for us in the kernel. */
const BACKLOG = 1_024;

export interface ListenerSettings {
  /** Bound, as `server.listen` takes it: a `net.BoundSocket`, or the bare handle that another process sent. */
  readonly socket: unknown;
  readonly room: ConnectionRoom;
  readonly tls: ServerTls;
  /** Makes the connection's id: unique in this process's life. */
  readonly nextConnectionId: () => string;
  /** What `serve` should have mapped and did not: that connection has ended, the others go on. */
  readonly reportBug: (error: unknown) => void;
}

export interface Listener extends AsyncDisposable {
  readonly port: number;
  readonly openConnections: number;
  /** No new connections; those that are open go on. */
  shut(): void;
  /** No new connections, and those that are open end at their next quiet moment, or are dropped after the grace. */
  stop(graceMs: number): Promise<void>;
}

export async function openListener(
  settings: ListenerSettings,
  serve: (connection: SocketConnection) => Promise<void>,
): Promise<Listener> {
  const { room } = settings;
  const open = new Map<SocketConnection, Promise<void>>();
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    const facts = connectionFacts(socket, settings.nextConnectionId());
    if (facts === undefined || !room.enter()) {
      socket.destroy();
      return;
    }
    const connection = SocketConnection.accept(socket, facts, settings.tls);
    const stay = attend(connection, settings, serve).finally(() => {
      open.delete(connection);
      room.leave();
    });
    open.set(connection, stay);
  });
  const port = await listen(server, settings);

  async function stop(graceMs: number): Promise<void> {
    server.close();
    for (const connection of open.keys()) connection.interrupt();
    const timer = setTimeout(() => {
      for (const connection of open.keys()) connection.destroy();
    }, graceMs);
    await Promise.allSettled(open.values());
    clearTimeout(timer);
  }
  return {
    port,
    get openConnections() {
      return open.size;
    },
    shut: () => void server.close(),
    stop,
    [Symbol.asyncDispose]: () => stop(0),
  };
}

async function attend(
  connection: SocketConnection,
  { reportBug }: ListenerSettings,
  serve: (connection: SocketConnection) => Promise<void>,
): Promise<void> {
  try {
    await serve(connection);
  } catch (error) {
    // A failed handshake is the peer's affair; anything else is ours and must be seen.
    if (!(error instanceof WorldError)) reportBug(error);
  } finally {
    connection.destroy();
  }
}

/** The port that is listened on. */
function listen(server: Server, { socket, room }: ListenerSettings): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(new WorldError('listen', { transient: false, cause })));
    server.listen(socket, BACKLOG, () => {
      server.removeAllListeners('error');
      // Accepting failed, for want of a descriptor: that client waits in the kernel, or libuv has turned it away.
      server.on('error', () => room.turnAway());
      const bound = server.address();
      resolve(bound !== null && typeof bound === 'object' ? bound.port : 0);
    });
  });
}

/** `undefined` when the peer was gone before we looked. */
function connectionFacts(socket: Socket, connectionId: string): ConnectionFacts | undefined {
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  if (remoteAddress === undefined || remotePort === undefined || localAddress === undefined) return undefined;
  return {
    connectionId,
    clientAddress: unmapped(remoteAddress),
    clientPort: remotePort,
    serverAddress: unmapped(localAddress),
    serverPort: localPort ?? 0,
  };
}

/** `::ffff:192.0.2.1` is `192.0.2.1` to everybody. */
function unmapped(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}
