// A bound address that hands each arriving connection to a service, and knows the connections that are open.

import { createServer, type Server, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { WorldError } from '#base/world-error.ts';
import type { Connection, ConnectionFacts } from '#mail/ports/connection.ts';
import { SocketConnection } from './socket-connection.ts';

export interface ListenerSettings {
  readonly address: string;
  readonly port: number;
  /** TLS from the first byte on (465, 993, 995). */
  readonly implicitTls: boolean;
  readonly secureContext: () => SecureContext;
  /** Makes the connection's id: unique in this process's life. */
  readonly nextConnectionId: () => string;
  /** What `serve` should have mapped and did not: that connection has ended, the others go on. */
  readonly reportBug: (error: unknown) => void;
}

export interface Listener extends AsyncDisposable {
  /** What was bound: the port is the real one where 0 was asked for. */
  readonly address: string;
  readonly port: number;
  readonly openConnections: number;
  /** No new connections; resolves when the open ones have ended, or were dropped after the grace. */
  stop(graceMs: number): Promise<void>;
}

export async function openListener(
  settings: ListenerSettings,
  serve: (connection: Connection) => Promise<void>,
): Promise<Listener> {
  const open = new Map<Connection, Promise<void>>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const facts = connectionFacts(socket, settings.nextConnectionId());
    if (facts === undefined) {
      socket.destroy();
      return;
    }
    const connection = new SocketConnection(socket, facts, settings.secureContext);
    const stay = attend(connection, settings, serve).finally(() => open.delete(connection));
    open.set(connection, stay);
  });
  await listen(server, settings);
  const bound = server.address();
  const port = bound !== null && typeof bound === 'object' ? bound.port : settings.port;

  async function stop(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const timer = setTimeout(() => {
      for (const connection of open.keys()) connection.destroy();
    }, graceMs);
    await Promise.allSettled(open.values());
    clearTimeout(timer);
    await closed;
  }
  return {
    address: settings.address,
    port,
    get openConnections() {
      return open.size;
    },
    stop,
    [Symbol.asyncDispose]: () => stop(0),
  };
}

async function attend(
  connection: SocketConnection,
  { implicitTls, reportBug }: ListenerSettings,
  serve: (connection: Connection) => Promise<void>,
): Promise<void> {
  try {
    if (implicitTls) await connection.startTls();
    await serve(connection);
  } catch (error) {
    // A failed handshake is the peer's affair; anything else is ours and must be seen.
    if (!(error instanceof WorldError)) reportBug(error);
  } finally {
    connection.destroy();
  }
}

function listen(server: Server, { address, port }: ListenerSettings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new WorldError(`listen on ${address} port ${port}`, { transient: false, cause }));
    });
    server.listen({ host: address, port, backlog: 1024 }, () => {
      server.removeAllListeners('error');
      server.on('error', () => {
        // EMFILE and the like: the kernel keeps the connection waiting, and we go on.
      });
      resolve();
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
