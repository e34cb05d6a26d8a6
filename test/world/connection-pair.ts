// Two ends of a connection in memory: the service holds `server`, the test holds `client`. TLS is a flag that both
// ends must raise; what the client said in clear before it, and the server had not read, is thrown away, as the
// contract of `mail/ports/connection.ts` says. Reads never time out by themselves: the test says when.

import { WorldError } from '#base/world-error.ts';
import type { Connection, ConnectionFacts, TlsFacts } from '#mail/ports/connection.ts';
import { type ClientStream, type Conversation, conversation } from './client-stream.ts';

export interface PairOptions {
  readonly facts?: Partial<ConnectionFacts>;
  /** TLS is on from the first byte. */
  readonly implicitTls?: boolean;
  /** The handshake fails at the server. */
  readonly failTls?: boolean;
  /** Octets that may wait for the client before `write` holds the server back. */
  readonly windowBytes?: number;
}

export interface PairClient extends Conversation {
  /** The server's read in progress, or its next one, ends in a time-out. */
  letReadTimeOut(): void;
  /** What the server last gave `read` as its limit. */
  readonly lastReadTimeoutMs: number | undefined;
  readonly secure: boolean;
  /** True once the server closed or dropped the connection. */
  readonly serverGone: boolean;
}

export const TEST_TLS: TlsFacts = {
  version: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  bits: 256,
  serverName: 'mail.valija.test',
};

export const TEST_CHANNEL_BINDING = Buffer.alloc(32, 'exporter');

type FromClient =
  | { readonly kind: 'octets'; readonly bytes: Buffer }
  | { readonly kind: 'client-hello' }
  | { readonly kind: 'end' }
  | { readonly kind: 'failure'; readonly error: WorldError };

/** A queue with one reader that may wait. */
class Channel<T> {
  readonly waiting: T[] = [];
  #wake: (() => void) | undefined;

  push(item: T): void {
    this.waiting.push(item);
    this.#wake?.();
    this.#wake = undefined;
  }

  unshift(item: T): void {
    this.waiting.unshift(item);
  }

  async take(timeoutMs?: number): Promise<T> {
    for (;;) {
      const next = this.waiting.shift();
      if (next !== undefined) return next;
      await this.#arrival(timeoutMs);
    }
  }

  #arrival(timeoutMs: number | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer =
        timeoutMs === undefined ? undefined : setTimeout(() => reject(new Error('nothing came in time')), timeoutMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

let connectionsMade = 0;

export function connectionPair(options: PairOptions = {}): { server: Connection; client: PairClient } {
  const toServer = new Channel<FromClient>();
  const toClient = new Channel<Buffer | 'end'>();
  const shared = {
    secure: options.implicitTls ?? false,
    serverGone: false,
    clientReset: false,
    lastReadTimeoutMs: undefined as number | undefined,
    unreadBytes: 0,
    drained: undefined as (() => void) | undefined,
    shaken: undefined as ((failure?: Error) => void) | undefined,
  };
  const windowBytes = options.windowBytes ?? 65_536;

  const endForClient = () => {
    if (shared.serverGone) return;
    shared.serverGone = true;
    toClient.push('end');
    toServer.push({ kind: 'end' });
    shared.drained?.();
    shared.shaken?.(new Error('the server closed during the handshake'));
  };

  const server: Connection = {
    facts: {
      connectionId: `c${++connectionsMade}`,
      clientAddress: '192.0.2.10',
      clientPort: 40_000,
      serverAddress: '192.0.2.1',
      serverPort: 25,
      ...options.facts,
    },
    get tls() {
      return shared.secure ? TEST_TLS : undefined;
    },
    channelBinding: (type) => (shared.secure && type === 'tls-exporter' ? TEST_CHANNEL_BINDING : undefined),
    async read(timeoutMs) {
      shared.lastReadTimeoutMs = timeoutMs;
      if (shared.serverGone) return undefined;
      const item = await toServer.take();
      switch (item.kind) {
        case 'octets':
          return item.bytes;
        case 'end':
          toServer.unshift(item);
          return undefined;
        case 'client-hello':
          throw new WorldError('read', { transient: true, cause: new Error('TLS handshake where text was expected') });
        case 'failure':
          if (shared.clientReset) toServer.unshift(item);
          throw item.error;
      }
    },
    async write(bytes) {
      if (shared.clientReset) throw connectionReset('write');
      if (shared.serverGone) throw new WorldError('write', { transient: true, cause: new Error('already closed') });
      const copy = Buffer.from(bytes as Uint8Array);
      if (copy.length === 0) return;
      toClient.push(copy);
      shared.unreadBytes += copy.length;
      while (shared.unreadBytes > windowBytes && !shared.clientReset && !shared.serverGone) {
        await new Promise<void>((resolve) => {
          shared.drained = resolve;
        });
      }
      if (shared.clientReset) throw connectionReset('write');
    },
    async startTls() {
      if (shared.secure) throw new WorldError('TLS handshake', { transient: false, cause: new Error('TLS is on') });
      while (toServer.waiting[0]?.kind === 'octets') toServer.waiting.shift();
      const item = await toServer.take();
      if (item.kind !== 'client-hello' || options.failTls) {
        endForClient();
        throw new WorldError('TLS handshake', { transient: true, cause: new Error(`got ${item.kind}`) });
      }
      shared.secure = true;
      shared.shaken?.();
      return TEST_TLS;
    },
    async close() {
      endForClient();
    },
    destroy() {
      endForClient();
    },
  };

  const stream: ClientStream = {
    send(bytes) {
      toServer.push({ kind: 'octets', bytes: Buffer.from(bytes as Uint8Array) });
    },
    async read(timeoutMs) {
      const item = await toClient.take(timeoutMs);
      if (item === 'end') {
        toClient.unshift(item);
        return undefined;
      }
      shared.unreadBytes -= item.length;
      if (shared.unreadBytes <= windowBytes) shared.drained?.();
      return item;
    },
    startTls() {
      return new Promise((resolve, reject) => {
        if (shared.serverGone) return reject(new Error('the server closed before the handshake'));
        shared.shaken = (failure) => (failure === undefined ? resolve() : reject(failure));
        toServer.push({ kind: 'client-hello' });
      });
    },
    close() {
      toServer.push({ kind: 'end' });
    },
    reset() {
      shared.clientReset = true;
      toServer.waiting.length = 0;
      toServer.push({ kind: 'failure', error: connectionReset('read') });
      toClient.push('end');
      shared.drained?.();
    },
  };

  const client = Object.defineProperties(conversation(stream), {
    lastReadTimeoutMs: { get: () => shared.lastReadTimeoutMs },
    secure: { get: () => shared.secure },
    serverGone: { get: () => shared.serverGone },
    letReadTimeOut: {
      value: () => toServer.push({ kind: 'failure', error: new WorldError('read timed out', { transient: true }) }),
    },
  }) as PairClient;
  return { server, client };
}

function connectionReset(operation: string): WorldError {
  const cause = Object.assign(new Error('connection reset by peer'), { code: 'ECONNRESET' });
  return new WorldError(operation, { transient: true, cause });
}
