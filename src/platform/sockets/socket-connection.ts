// A TCP connection as the services see it: chunks to read, bytes to write, TLS in between when asked. Reading stops
// while nobody takes what has come, so that a peer cannot fill the memory. The end is gentle: a socket closed over
// unread bytes is reset, and the reset can overtake our last words; so what still comes is read and thrown away first.

import type { Socket } from 'node:net';
import { TLSSocket, type TLSSocketOptions } from 'node:tls';
import { ChunkPool, OctetChunk } from '#base/octet-chunk.ts';
import { TimedOut, WorldError } from '#base/world-error.ts';
import {
  type Connection,
  type ConnectionFacts,
  type ReadMoment,
  ServerStopping,
  type TlsFacts,
} from '#mail/ports/connection.ts';
import { serverChannelBinding } from '#platform/tls/channel-binding.ts';
import type { ServerTls } from '#platform/tls/server-tls.ts';
import type { ChannelBindingType } from '#protocols/sasl/channel-binding.ts';
import { acceptIntoOneMemory } from './one-memory.ts';

export interface SocketLimits {
  /** Octets that may wait unread before the peer is held back. */
  readonly unreadBytes: number;
  readonly handshakeTimeoutMs: number;
  /** How long a peer may take to make room for one write: who asks and does not read is let go. */
  readonly writeTimeoutMs: number;
  /** How long the last bytes may take to leave. */
  readonly closeTimeoutMs: number;
  /** How long, and for how much, a peer that goes on sending is listened to after our last words. */
  readonly lingerTimeoutMs: number;
  readonly lingerBytes: number;
}

export const DEFAULT_SOCKET_LIMITS: SocketLimits = {
  unreadBytes: 262_144,
  handshakeTimeoutMs: 30_000,
  writeTimeoutMs: 300_000,
  closeTimeoutMs: 10_000,
  lingerTimeoutMs: 2_000,
  lingerBytes: 67_108_864,
};

interface Reader {
  readonly moment: ReadMoment | undefined;
  resolve(chunk: Buffer | undefined): void;
  reject(error: WorldError): void;
}

/** Whose socket it is: one set of listeners serves all connections, instead of a set of closures for each. */
const OWNER = Symbol('owner');
type OwnedSocket = Socket & { [OWNER]?: SocketConnection | undefined };

const WRITTEN = Promise.resolve();

/** Larger arrivals wait in memory that is used again; the others have their own, so that few octets do not hold much. */
const SMALL_OCTETS = 4_096;
const chunks = new ChunkPool(65_536, 64);

function ignore(): void {
  // Under TLS the outer socket speaks for both.
}

export class SocketConnection implements Connection {
  facts: ConnectionFacts;
  tls: TlsFacts | undefined;
  readonly #limits: SocketLimits;
  readonly #tls: ServerTls;
  #socket: Socket;
  #unread: (Buffer | OctetChunk)[] = [];
  #unreadBytes = 0;
  /** What the last read gave, until the next. */
  #lent: OctetChunk | undefined;
  /** What is unread was given back, and nothing was said since: if TLS begins now, it is the client's part of it. */
  #unreadIsFirst = false;
  #ended = false;
  #stopping = false;
  #failure: WorldError | undefined;
  #reader: Reader | undefined;
  #timeoutMs = 0;
  #closing: Promise<void> | undefined;
  #gone: (() => void) | undefined;
  #thrownAwayBytes = 0;

  constructor(socket: Socket, facts: ConnectionFacts, tls: ServerTls, limits = DEFAULT_SOCKET_LIMITS) {
    this.facts = facts;
    this.#tls = tls;
    this.#limits = limits;
    this.#socket = socket;
    socket.setNoDelay(true);
    this.#listen(socket);
  }

  /** `socket` comes from a server with `pauseOnConnect`. */
  static accept(socket: Socket, facts: ConnectionFacts, tls: ServerTls): SocketConnection {
    return new SocketConnection(acceptIntoOneMemory(socket, onArrival), facts, tls);
  }

  read(timeoutMs: number, moment?: ReadMoment): Promise<Buffer | undefined> {
    this.#lent?.release();
    this.#lent = undefined;
    if (this.#unread.length > 0) return Promise.resolve(this.#takeUnread(moment));
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#ended) return Promise.resolve(undefined);
    if (this.#stopping && moment === 'quiet') return Promise.reject(new ServerStopping());
    if (timeoutMs !== this.#timeoutMs) this.#socket.setTimeout(timeoutMs);
    this.#timeoutMs = timeoutMs;
    return new Promise((resolve, reject) => {
      this.#reader = { moment, resolve, reject };
    });
  }

  /** Behind the header of a proxy, which named the client. */
  beginAnew(facts: ConnectionFacts, octets: Buffer): void {
    this.facts = facts;
    if (octets.length === 0) return;
    this.#unread.unshift(octets);
    this.#unreadBytes += octets.length;
    this.#unreadIsFirst = true;
  }

  write(bytes: Uint8Array | string): Promise<void> {
    this.#unreadIsFirst = false;
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const socket = this.#socket;
    if (socket.write(bytes)) return WRITTEN;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#failure ??= new TimedOut('write to the client');
        socket.destroy();
      }, this.#limits.writeTimeoutMs);
      const settle = () => {
        clearTimeout(timer);
        socket.off('drain', settle);
        socket.off('close', settle);
        if (socket.destroyed) reject(this.#failure ?? new WorldError('write to the client', { transient: true }));
        else resolve();
      };
      socket.once('drain', settle);
      socket.once('close', settle);
    });
  }

  async startTls(): Promise<TlsFacts> {
    const tls = this.#tls;
    const options: TLSSocketOptions = { isServer: true, secureContext: tls.context() };
    // The handshake stops for this question, however soon it is answered.
    if (tls.heedsNames) options.SNICallback = (serverName, choose) => choose(null, tls.context(serverName));
    const { facts } = await this.beginTls((clear) => new TLSSocket(clear, options));
    return facts;
  }

  /** `wrap` puts TLS, as one side or the other, around the socket. Throws WorldError when the handshake fails. */
  async beginTls(wrap: (clear: Socket) => TLSSocket): Promise<{ secure: TLSSocket; facts: TlsFacts }> {
    const clear = this.#socket;
    this.#leave(clear);
    clear.setTimeout(0);
    this.#timeoutMs = 0;
    // What came in clear behind the command is thrown away here (CVE-2011-0411).
    const first = this.#unreadIsFirst;
    const unread = this.#takeUnread(undefined);
    // TLS takes over what a socket holds only while it does not flow.
    if (first) clear.pause().unshift(unread);
    const secure = wrap(clear);
    this.#socket = secure;
    const facts = await this.#handshake(secure);
    this.tls = facts;
    this.#listen(secure);
    return { secure, facts };
  }

  channelBinding(type: ChannelBindingType): Buffer | undefined {
    const socket = this.#socket;
    return socket instanceof TLSSocket && !socket.destroyed ? serverChannelBinding(socket, type) : undefined;
  }

  /** The peer has said nothing that was not read, and has not gone away. */
  get isQuiet(): boolean {
    return this.#unread.length === 0 && !this.#ended && this.#failure === undefined && !this.#socket.destroyed;
  }

  /** The server stops: who waits at a quiet moment hears of it now, everybody else when theirs comes. */
  interrupt(): void {
    this.#stopping = true;
    if (this.#reader?.moment !== 'quiet') return;
    this.#reader.reject(new ServerStopping());
    this.#reader = undefined;
  }

  async close(): Promise<void> {
    if (this.#socket.destroyed) return;
    this.#closing ??= this.#sayGoodbye(this.#socket);
    await this.#closing;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Our side is closed; the other is read to its end, within limits. */
  async #sayGoodbye(socket: Socket): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gone = resolve;
    let timer = setTimeout(resolve, this.#limits.closeTimeoutMs);
    socket.end(() => {
      clearTimeout(timer);
      if (this.#ended) resolve();
      else timer = setTimeout(resolve, this.#limits.lingerTimeoutMs);
    });
    this.#unread = [];
    socket.resume();
    await promise;
    clearTimeout(timer);
    socket.destroy();
  }

  #handshake(secure: TLSSocket): Promise<TlsFacts> {
    return new Promise((resolve, reject) => {
      const fail = (cause: Error) => {
        clearTimeout(timer);
        this.#failure = new WorldError('TLS handshake', { transient: true, cause });
        secure.destroy();
        reject(this.#failure);
      };
      const closed = () => fail(new Error('the client went away'));
      const timer = setTimeout(() => fail(new Error('timed out')), this.#limits.handshakeTimeoutMs);
      secure.on('error', fail);
      secure.on('close', closed);
      secure.once('secure', () => {
        clearTimeout(timer);
        secure.off('error', fail);
        secure.off('close', closed);
        resolve(tlsFacts(secure));
      });
    });
  }

  #listen(socket: OwnedSocket): void {
    socket[OWNER] = this;
    socket.on('data', onData).on('end', onEnd).on('close', onEnd).on('timeout', onTimeout).on('error', onError);
  }

  #leave(socket: OwnedSocket): void {
    socket.off('data', onData).off('end', onEnd).off('close', onEnd).off('timeout', onTimeout).off('error', onError);
    socket.on('error', ignore);
    // `delete` would make a table of a thousand octets of all that the socket has, for as long as it lives.
    socket[OWNER] = undefined;
  }

  /** All that waits; amid content the first piece of it. */
  #takeUnread(moment: ReadMoment | undefined): Buffer {
    this.#unreadIsFirst = false;
    const pieces = this.#unread.splice(0, moment === 'content' ? 1 : this.#unread.length);
    const [first] = pieces;
    const octets = first !== undefined && pieces.length === 1 ? this.#give(first, moment) : joined(pieces);
    this.#unreadBytes -= octets.length;
    if (this.#unread.length === 0) this.#socket.resume();
    return octets;
  }

  #give(piece: Buffer | OctetChunk, moment: ReadMoment | undefined): Buffer {
    if (!(piece instanceof OctetChunk)) return piece;
    if (moment === 'content') {
      this.#lent = piece;
      return piece.octets;
    }
    const octets = Buffer.from(piece.octets);
    piece.release();
    return octets;
  }

  // The socket tells of what happens to it.

  /** Octets whose memory the next arrival uses. */
  arrive(octets: Buffer): void {
    // Many small arrivals between large ones do not hold a chunk each.
    const last = this.#unread.at(-1);
    const filled = last instanceof OctetChunk ? last.fill(octets) : 0;
    this.#unreadBytes += filled;
    const rest = octets.subarray(filled);
    if (rest.length > SMALL_OCTETS && this.#gone === undefined) this.take(chunks.hold(rest));
    else if (rest.length > 0) this.take(Buffer.from(rest));
  }

  take(piece: Buffer | OctetChunk): void {
    const reader = this.#reader;
    if (reader !== undefined) {
      this.#reader = undefined;
      reader.resolve(this.#give(piece, reader.moment));
    } else if (this.#gone !== undefined) {
      this.#thrownAwayBytes += piece.length;
      if (this.#thrownAwayBytes > this.#limits.lingerBytes) this.#gone();
    } else {
      this.#unread.push(piece);
      this.#unreadBytes += piece.length;
      if (this.#unreadBytes >= this.#limits.unreadBytes) this.#socket.pause();
    }
  }

  end(): void {
    this.#ended = true;
    this.#reader?.resolve(undefined);
    this.#reader = undefined;
    if (this.#socket.destroyed || this.#socket.writableFinished) this.#gone?.();
  }

  /** Only the read has failed: what is to be said about it can still be written. */
  late(): void {
    // The next read sets the time anew.
    this.#timeoutMs = 0;
    this.#reader?.reject(new TimedOut('read from the client'));
    this.#reader = undefined;
  }

  fail(cause: Error): void {
    this.#failure ??= new WorldError('connection', { transient: true, cause });
    this.#reader?.reject(this.#failure);
    this.#reader = undefined;
  }
}

function joined(pieces: readonly (Buffer | OctetChunk)[]): Buffer {
  const octets = Buffer.concat(pieces.map((piece) => (piece instanceof OctetChunk ? piece.octets : piece)));
  for (const piece of pieces) if (piece instanceof OctetChunk) piece.release();
  return octets;
}

/** For sockets that are read into one memory. */
export function onArrival(socket: OwnedSocket, octets: Buffer): void {
  socket[OWNER]?.arrive(octets);
}

function onData(this: OwnedSocket, chunk: Buffer): void {
  this[OWNER]?.take(chunk);
}

function onEnd(this: OwnedSocket): void {
  this[OWNER]?.end();
}

function onTimeout(this: OwnedSocket): void {
  this[OWNER]?.late();
}

function onError(this: OwnedSocket, cause: Error): void {
  this[OWNER]?.fail(cause);
}

function tlsFacts(socket: TLSSocket): TlsFacts {
  const { standardName } = socket.getCipher();
  // Node names the server name on the socket, though its types do not.
  const named: { servername?: string | false | null } = socket as unknown as { servername?: string | false | null };
  return {
    version: socket.getProtocol() ?? 'unknown',
    cipher: standardName,
    bits: /_128_/.test(standardName) ? 128 : 256,
    serverName: named.servername || undefined,
  };
}
