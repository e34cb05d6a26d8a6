// A name server for tests and for people who learn: authoritative for the zones that it is given, on one address over UDP
// and TCP, with faults on request. Never for the open Internet.

import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { createServer, isIPv6, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { WorldError } from '#base/world-error.ts';
import type { ZoneFault } from './zone-fault.ts';
import type { Zone } from './zone-file.ts';
import { formatReply, readZoneQuestion, type ZoneQuestion } from './zone-reply.ts';

export interface ZoneServerSettings {
  /** A loopback address. */
  readonly address: string;
  /** 0: the system chooses. */
  readonly port: number;
  readonly zones: readonly Zone[];
  /** By name (`mx.example.org`), or name and type (`example.org MX`). */
  readonly faults?: Readonly<Record<string, ZoneFault>>;
  readonly slowMs?: number;
}

export interface ZoneServer extends AsyncDisposable {
  readonly address: string;
  readonly port: number;
  setZones(zones: readonly Zone[]): void;
  /** `undefined` mends it. */
  setFault(name: string, fault: ZoneFault | undefined): void;
  /** `udp MX example.org`, in the order in which they came; of many, the last ones. */
  questions(): readonly string[];
}

const DEFAULT_SLOW_MS = 1_000;
const MOST_QUESTIONS_KEPT = 10_000;
/** Of an attempt to find a port that is free for both. */
const MOST_BINDINGS = 16;
const LENGTH_OCTETS = 2;
const STREAM_IDLE_MS = 10_000;

interface State {
  readonly slowMs: number;
  readonly faults: Map<string, ZoneFault>;
  readonly questions: string[];
  readonly ending: AbortController;
  zones: readonly Zone[];
}

export async function openZoneServer(settings: ZoneServerSettings): Promise<ZoneServer> {
  const { address, zones, faults = {}, slowMs = DEFAULT_SLOW_MS } = settings;
  const state: State = {
    slowMs,
    faults: new Map(Object.entries(faults).map(([name, fault]) => [faultKey(name), fault])),
    questions: [],
    ending: new AbortController(),
    zones,
  };
  const { datagrams, streams, port } = await bindBoth(address, settings.port);
  const open = new Set<Socket>();
  datagrams.on('message', (octets, peer) => {
    void answer(state, octets, 'udp').then((reply) => {
      if (reply !== undefined && !state.ending.signal.aborted) datagrams.send(reply, peer.port, peer.address);
    });
  });
  streams.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    serveStream(state, socket);
  });
  return {
    address,
    port,
    setZones(given) {
      state.zones = given;
    },
    setFault(name, fault) {
      if (fault === undefined) state.faults.delete(faultKey(name));
      else state.faults.set(faultKey(name), fault);
    },
    questions: () => [...state.questions],
    async [Symbol.asyncDispose]() {
      state.ending.abort();
      for (const socket of open) socket.destroy();
      const closed = [new Promise<void>((end) => datagrams.close(end)), new Promise((end) => streams.close(end))];
      await Promise.all(closed);
    },
  };
}

function faultKey(name: string): string {
  const [host = '', type] = name.trim().split(/\s+/);
  const bare = host.toLowerCase().replace(/\.$/, '');
  return type === undefined ? bare : `${bare} ${type.toUpperCase()}`;
}

/** `undefined`: it says nothing. */
async function answer(state: State, octets: Buffer, way: 'udp' | 'tcp'): Promise<Buffer | undefined> {
  const question = readZoneQuestion(octets);
  if (question === undefined) return undefined;
  const { name, type } = question;
  state.questions.push(`${way} ${type} ${name.toLowerCase()}`);
  if (state.questions.length > MOST_QUESTIONS_KEPT) state.questions.shift();
  const fault = faultFor(state, question);
  if (fault === 'timeout') return undefined;
  if (fault === 'slow') await delay(state.slowMs, undefined, { signal: state.ending.signal }).catch(() => undefined);
  return formatReply(question, { zones: state.zones, fault, way });
}

function faultFor({ faults }: State, { name, type }: ZoneQuestion): ZoneFault | undefined {
  const bare = name.toLowerCase();
  return faults.get(`${bare} ${type}`) ?? faults.get(bare);
}

function serveStream(state: State, socket: Socket): void {
  let received: Buffer = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.setTimeout(STREAM_IDLE_MS, () => socket.destroy());
  socket.on('data', (octets) => {
    received = Buffer.concat([received, octets]);
    while (received.length >= LENGTH_OCTETS) {
      const end = LENGTH_OCTETS + received.readUInt16BE();
      if (received.length < end) return;
      const message = received.subarray(LENGTH_OCTETS, end);
      received = received.subarray(end);
      void answer(state, message, 'tcp').then((reply) => {
        if (reply === undefined || socket.destroyed) return;
        const length = Buffer.alloc(LENGTH_OCTETS);
        length.writeUInt16BE(reply.length);
        socket.write(Buffer.concat([length, reply]));
      });
    }
  });
}

/** One port for both: a chosen one of UDP may be taken for TCP. */
async function bindBoth(
  address: string,
  wanted: number,
): Promise<{ datagrams: DatagramSocket; streams: Server; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const datagrams = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    const streams = createServer();
    try {
      await started(datagrams, () => datagrams.bind(wanted, address));
      const { port } = datagrams.address();
      await started(streams, () => streams.listen(port, address));
      return { datagrams, streams, port };
    } catch (cause) {
      datagrams.close();
      if (wanted === 0 && attempt < MOST_BINDINGS) continue;
      throw new WorldError(`name server on ${address} port ${wanted}`, { transient: false, cause });
    }
  }
}

function started(socket: DatagramSocket | Server, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('listening', () => {
      socket.off('error', reject);
      resolve();
    });
    start();
  });
}
