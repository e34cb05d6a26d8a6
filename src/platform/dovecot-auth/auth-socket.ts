// A Unix socket that other programs of this machine find by its path: whom its mode, owner and group let in may ask. It is
// made with no rights for anybody else and opened to them afterwards, so that nobody slips in before.

import { chmodSync, chownSync, lstatSync, rmSync, type Stats } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { WorldError } from '#base/world-error.ts';
import type { Connection } from '#mail/ports/connection.ts';
import { errnoOf } from '../files/errno.ts';
import { DEFAULT_SOCKET_LIMITS, SocketConnection } from '../sockets/socket-connection.ts';
import type { ServerTls } from '../tls/server-tls.ts';

/** Of `sockaddr_un`. */
const MOST_PATH_OCTETS = 107;
const CLOSED_MASK = 0o177;

/** Whom it lets in. */
export interface AuthSocketRights {
  readonly mode: number;
  /** `undefined`: whoever it was made as; in a folder whose group its files inherit, that group. */
  readonly userId: number | undefined;
  readonly groupId: number | undefined;
  readonly mostConnections: number;
}

export interface AuthSocketPlace extends AuthSocketRights {
  readonly path: string;
  /** Unique in this process's life. */
  readonly nextConnectionId: () => string;
}

export interface AuthSocket extends AsyncDisposable {
  /** Whoever is connected already stays so. Throws WorldError, and then nothing has changed. */
  letIn(rights: AuthSocketRights): void;
  /** Nobody else comes in, and the path is free; who is connected stays so until it is disposed of. */
  shut(): void;
}

/** Throws WorldError when it cannot be made, or another server answers there. */
export async function openAuthSocket(
  place: AuthSocketPlace,
  serve: (connection: Connection) => Promise<void>,
  reportBug: (error: unknown) => void,
): Promise<AuthSocket> {
  const { path, nextConnectionId } = place;
  await removeStale(path);
  const open = new Set<SocketConnection>();
  const server = createServer((socket) => {
    const facts = { connectionId: nextConnectionId(), ...NO_ADDRESSES };
    const connection = new SocketConnection(socket, facts, NEVER_TLS, DEFAULT_SOCKET_LIMITS);
    open.add(connection);
    serve(connection)
      .catch(reportBug)
      .finally(() => {
        open.delete(connection);
        connection.destroy();
      });
  });
  await listen(server, path);
  const made = lstatSync(path);
  const closed = new Promise((resolve) => server.once('close', resolve));
  const letIn = (rights: AuthSocketRights) => {
    setRights(path, made, rights);
    server.maxConnections = rights.mostConnections;
  };
  const shut = () => {
    if (server.listening) server.close();
  };
  try {
    letIn(place);
  } catch (error) {
    shut();
    throw error;
  }
  return {
    letIn,
    shut,
    async [Symbol.asyncDispose]() {
      shut();
      for (const connection of open) connection.destroy();
      await closed;
    },
  };
}

const NO_ADDRESSES = { clientAddress: '127.0.0.1', clientPort: 0, serverAddress: '127.0.0.1', serverPort: 0 };

const NEVER_TLS: ServerTls = {
  heedsNames: false,
  context() {
    throw new Error('TLS on a Unix socket');
  },
};

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (Buffer.byteLength(path) > MOST_PATH_OCTETS) {
      throw failure(path, new Error(`the path has more than ${MOST_PATH_OCTETS} octets`));
    }
    server.once('error', (cause) => reject(failure(path, cause)));
    const before = process.umask(CLOSED_MASK);
    try {
      server.listen(path, resolve);
    } finally {
      process.umask(before);
    }
  });
}

function setRights(path: string, made: Stats, { mode, userId, groupId }: AuthSocketRights): void {
  try {
    chownSync(path, userId ?? made.uid, groupId ?? made.gid);
    chmodSync(path, mode);
  } catch (cause) {
    throw failure(path, cause);
  }
}

/** A socket that a killed server left behind refuses connections. What is none, or somebody listens on, is not touched. */
async function removeStale(path: string): Promise<void> {
  const found = findEntry(path);
  if (found === undefined) return;
  if (!found.isSocket()) throw failure(path, new Error('something that is no socket is there'));
  const refusal = await probe(path);
  if (refusal === undefined || refusal === 'EAGAIN') throw failure(path, new Error('another server answers there'));
  if (refusal !== 'ECONNREFUSED' && refusal !== 'ENOENT') {
    throw failure(path, new Error(`a socket is there that cannot be asked whose it is: ${refusal}`));
  }
  try {
    rmSync(path, { force: true });
  } catch (cause) {
    throw failure(path, cause);
  }
}

function findEntry(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw failure(path, cause);
  }
}

/** The code with which a connection was refused; `undefined` where it was not. EAGAIN is a server that has not come to it. */
function probe(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once('error', (cause) => resolve(errnoOf(cause) ?? cause.message));
  });
}

function failure(path: string, cause: unknown): WorldError {
  return new WorldError(`open the auth socket ${path}`, { transient: false, cause });
}
