// Opens connections to other servers.

import { connect, type Socket } from 'node:net';
import { err, ok, type Result } from '#base/result.ts';
import { WorldError } from '#base/world-error.ts';
import type { ConnectionFacts, TlsFacts } from '#mail/ports/connection.ts';
import type {
  ClientTlsOptions,
  Dialer,
  DialRequest,
  DialTarget,
  OutgoingConnection,
  ServerIdentity,
} from '#mail/ports/dialer.ts';
import type { ClientTls } from '../tls/client-tls.ts';
import type { ServerTls } from '../tls/server-tls.ts';
import { intoOneMemory } from './one-memory.ts';
import { DEFAULT_SOCKET_LIMITS, onArrival, SocketConnection } from './socket-connection.ts';

const TIMED_OUT = 'Connection timed out';

/** `tls`: whom we trust, and the sessions to resume. `nextConnectionId`: unique in this process's life. */
export function createDialer(tls: ClientTls, nextConnectionId: () => string): Dialer {
  return {
    async dial(request) {
      const socket = await openSocket(request);
      return socket.ok ? ok(new DialledConnection(socket.value, request, tls, nextConnectionId())) : socket;
    },
  };
}

/** To a program beside us, without TLS: a policy service. */
export async function dialInClear(target: DialTarget, timeoutMs: number): Promise<Result<SocketConnection, string>> {
  const socket = await openSocket({ target, bindAddress: undefined, timeoutMs, writeTimeoutMs: timeoutMs });
  if (!socket.ok) return socket;
  const facts = connectionFacts(socket.value, target, '');
  return ok(
    new SocketConnection(socket.value, facts, NEVER_SERVER, { ...DEFAULT_SOCKET_LIMITS, writeTimeoutMs: timeoutMs }),
  );
}

class DialledConnection implements OutgoingConnection {
  readonly #stream: SocketConnection;
  readonly #tls: ClientTls;

  constructor(socket: Socket, { target, writeTimeoutMs }: DialRequest, tls: ClientTls, connectionId: string) {
    const limits = { ...DEFAULT_SOCKET_LIMITS, writeTimeoutMs };
    this.#stream = new SocketConnection(socket, connectionFacts(socket, target, connectionId), NEVER_SERVER, limits);
    this.#tls = tls;
  }

  get tls(): TlsFacts | undefined {
    return this.#stream.tls;
  }

  get isQuiet(): boolean {
    return this.#stream.isQuiet;
  }

  get localAddress(): string {
    return this.#stream.facts.clientAddress;
  }

  read(timeoutMs: number): Promise<Buffer | undefined> {
    return this.#stream.read(timeoutMs);
  }

  write(bytes: Uint8Array | string): Promise<void> {
    return this.#stream.write(bytes);
  }

  close(): Promise<void> {
    return this.#stream.close();
  }

  destroy(): void {
    this.#stream.destroy();
  }

  async startTls(options: ClientTlsOptions): Promise<Result<ServerIdentity, string>> {
    const giveUp = setTimeout(() => this.#stream.destroy(), options.timeoutMs);
    try {
      const { secure, facts } = await this.#stream.beginTls((clear) => this.#tls.wrap(clear, options));
      return ok({ tls: facts, ...this.#tls.identify(secure) });
    } catch (error) {
      if (!(error instanceof WorldError)) throw error;
      return err(error.cause instanceof Error ? error.cause.message : error.message);
    } finally {
      clearTimeout(giveUp);
    }
  }
}

function connectionFacts(socket: Socket, target: DialTarget, connectionId: string): ConnectionFacts {
  return {
    connectionId,
    clientAddress: socket.localAddress ?? '',
    clientPort: socket.localPort ?? 0,
    serverAddress: target.kind === 'inet' ? target.address : target.path,
    serverPort: target.kind === 'inet' ? target.port : 0,
  };
}

const NEVER_SERVER: ServerTls = {
  heedsNames: false,
  context() {
    throw new Error('a connection that we opened does not begin TLS as the server');
  },
};

function openSocket({ target, bindAddress, timeoutMs }: DialRequest): Promise<Result<Socket, string>> {
  return new Promise((resolve) => {
    const onread = intoOneMemory(() => socket, onArrival);
    const socket = connect({ ...socketOptions(target, bindAddress), allowHalfOpen: true, onread });
    const giveUp = setTimeout(() => {
      socket.destroy();
      resolve(err(TIMED_OUT));
    }, timeoutMs);
    socket.once('error', (error) => {
      clearTimeout(giveUp);
      resolve(err(systemMessage(error)));
    });
    socket.once('connect', () => {
      clearTimeout(giveUp);
      socket.removeAllListeners('error');
      resolve(ok(socket));
    });
  });
}

function socketOptions(target: DialTarget, bindAddress: string | undefined) {
  if (target.kind === 'unix') return { path: target.path };
  const local = bindAddress === undefined ? {} : { localAddress: bindAddress };
  return { host: target.address, port: target.port, ...local };
}

/** As Linux words them, and Postfix's log with it: what people search for. Node has words of its own for some. */
const MESSAGES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  ETIMEDOUT: TIMED_OUT,
  ENETUNREACH: 'Network is unreachable',
  EHOSTUNREACH: 'No route to host',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EACCES: 'Permission denied',
  EPERM: 'Operation not permitted',
  ENOENT: 'No such file or directory',
  EMFILE: 'Too many open files',
};

function systemMessage(error: Error & { readonly code?: string }): string {
  return MESSAGES[error.code ?? ''] ?? error.message;
}
