// One message to a name server, and what it says to it: by a datagram from a port of the system's choice, or over TCP behind two
// octets of length. RFC 1035 §4.2, RFC 7766 §5. The socket is connected, so that the kernel lets nobody else answer; what is
// no answer to this message was written by a forger, and the real one is waited for. RFC 5452 §9.

import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';

export interface NameServer {
  readonly address: string;
  readonly port: number;
}

/** Why there is no answer. */
export type Silence = 'timeout' | 'malformed' | 'unreachable';

/** One attempt on one socket, until `signal` says that its time is over. */
export interface Exchange<Answer> {
  readonly server: NameServer;
  readonly message: Buffer;
  readonly signal: AbortSignal;
  /** `undefined` for what is no answer to it. */
  readonly read: (octets: Buffer) => Answer | undefined;
}

const LENGTH_OCTETS = 2;

export function exchangeByDatagram<Answer>(exchange: Exchange<Answer>): Promise<Answer | Silence> {
  const { server, message, signal, read } = exchange;
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(server.address) ? 'udp6' : 'udp4');
    let atTimeout: Silence = 'timeout';
    let isOver = false;
    const end = (outcome: Answer | Silence) => {
      if (isOver) return;
      isOver = true;
      signal.removeEventListener('abort', onAbort);
      socket.close();
      resolve(outcome);
    };
    const onAbort = () => end(atTimeout);
    socket.on('error', () => end('unreachable'));
    socket.on('message', (octets) => {
      const answer = read(octets);
      if (answer === undefined) atTimeout = 'malformed';
      else end(answer);
    });
    if (signal.aborted) return end('timeout');
    signal.addEventListener('abort', onAbort);
    // Not as an argument of `connect`: that one is called with the error, too, where there is no way to the server.
    socket.once('connect', () => {
      if (!isOver) socket.send(message, (error) => error && end('unreachable'));
    });
    socket.connect(server.port, server.address);
  });
}

export function exchangeByStream<Answer>(exchange: Exchange<Answer>): Promise<Answer | Silence> {
  const { server, message, signal, read } = exchange;
  return new Promise((resolve) => {
    const socket = connect({ host: server.address, port: server.port, signal });
    const received: Buffer[] = [];
    let receivedOctets = 0;
    let wholeOctets: number | undefined;
    const end = (outcome: Answer | Silence) => {
      resolve(outcome);
      socket.destroy();
    };
    socket.on('error', () => end(signal.aborted ? 'timeout' : 'unreachable'));
    socket.on('close', () => end('malformed'));
    socket.on('data', (octets) => {
      received.push(octets);
      receivedOctets += octets.length;
      if (receivedOctets < LENGTH_OCTETS) return;
      wholeOctets ??= LENGTH_OCTETS + Buffer.concat(received).readUInt16BE();
      if (receivedOctets < wholeOctets) return;
      // There is no room for more within a stream, nor for another's answer.
      end(read(Buffer.concat(received).subarray(LENGTH_OCTETS, wholeOctets)) ?? 'malformed');
    });
    const length = Buffer.alloc(LENGTH_OCTETS);
    length.writeUInt16BE(message.length);
    socket.write(Buffer.concat([length, message]));
  });
}
