// The client's end of a real connection, for dialogs and scenarios against a running server.

import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { type Conversation, conversation } from './client-stream.ts';

export interface SocketClientOptions {
  readonly host?: string;
  readonly port: number;
  /** TLS from the first byte. */
  readonly implicitTls?: boolean;
  readonly serverName?: string;
  /** Which address of this machine it comes from: all of 127.0.0.0/8 are. */
  readonly localAddress?: string;
}

export async function connectSocket(options: SocketClientOptions): Promise<Conversation> {
  const host = options.host ?? '127.0.0.1';
  const servername = options.serverName ?? 'mail.valija.test';
  const plain = connectTcp({
    host,
    port: options.port,
    noDelay: true,
    ...(options.localAddress !== undefined && { localAddress: options.localAddress }),
  });
  await once(plain, 'connect');
  let inbox = receive(plain);
  let socket: Socket | TLSSocket = plain;

  const startTls = async () => {
    inbox.detach();
    // Certificates of test servers are self-signed; what is tested here is the protocol above.
    const secure = connectTls({ socket: plain, servername, rejectUnauthorized: false });
    await once(secure, 'secureConnect');
    socket = secure;
    inbox = receive(secure);
  };
  if (options.implicitTls) await startTls();

  return conversation({
    send: (bytes) => void socket.write(bytes),
    read: (timeoutMs) => inbox.read(timeoutMs),
    startTls,
    close: () => void socket.end(),
    reset: () => {
      // A reset below a living TLS socket, or with octets still waiting to leave, would keep Node busy for ever.
      if (socket === plain && plain.writableLength === 0) plain.resetAndDestroy();
      else socket.destroy();
    },
  });
}

function once(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once(event, () => {
      socket.off('error', reject);
      resolve();
    });
  });
}

function receive(socket: Socket) {
  const chunks: Buffer[] = [];
  let ended = false;
  let failure: Error | undefined;
  let wake: (() => void) | undefined;
  const stir = () => {
    wake?.();
    wake = undefined;
  };
  const onData = (chunk: Buffer) => {
    chunks.push(chunk);
    stir();
  };
  socket.on('data', onData);
  socket.on('end', () => {
    ended = true;
    stir();
  });
  socket.on('error', (error) => {
    failure = error;
    stir();
  });

  return {
    async read(timeoutMs: number): Promise<Buffer | undefined> {
      const deadlineMs = Date.now() + timeoutMs;
      for (;;) {
        const chunk = chunks.shift();
        if (chunk !== undefined) return chunk;
        if (failure !== undefined) throw failure;
        if (ended) return undefined;
        const leftMs = deadlineMs - Date.now();
        if (leftMs <= 0) throw new Error('nothing came in time');
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, leftMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
    detach() {
      socket.off('data', onData);
    },
  };
}
