// What a check tries over the network: whether somebody greets at a port, and what policy is given out. RFC 5321 §4.2,
// RFC 8461 §3.3: no redirect is followed, the certificate must be valid.

import { request } from 'node:https';
import { connect, type Socket } from 'node:net';
import { rootCertificates } from 'node:tls';
import type { FetchedPolicy, NetworkProbe, Reach } from '#mail/domain-check/check-world.ts';
import { lookUpHost } from '#mail/domain-check/look-up.ts';
import type { Resolver } from '#mail/ports/resolver.ts';

export interface ProbeSettings {
  readonly resolver: Resolver;
  /** 443, but in a laboratory. */
  readonly httpsPort: number;
  /** PEM; trusted besides the usual ones. */
  readonly authorities: readonly string[];
  readonly timeoutMs: number;
}

/** Of a greeting: more is not read. */
const LONGEST_GREETING = 512;
const LONGEST_POLICY = 65_536;
const MOST_ADDRESSES = 4;
const GOODBYE_MS = 2_000;

export function openNetworkProbe(settings: ProbeSettings): NetworkProbe {
  return {
    reach: (address, port) => reach(address, port, settings.timeoutMs),
    fetchPolicy: (domain) => fetchPolicy(domain, settings),
  };
}

function reach(address: string, port: number, timeoutMs: number): Promise<Reach> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    let received = '';
    let isConnected = false;
    const end = (outcome: Reach) => {
      resolve(outcome);
      clearTimeout(timer);
      if (outcome.kind === 'greeted') sayGoodbye(socket);
      else socket.destroy();
    };
    const timer = setTimeout(
      () => end(isConnected ? { kind: 'silent' } : { kind: 'unreachable', reason: 'timeout' }),
      timeoutMs,
    );
    socket.on('connect', () => {
      isConnected = true;
    });
    socket.on('data', (octets) => {
      received += octets.toString('latin1');
      const lineEnd = received.indexOf('\n');
      if (lineEnd === -1 && received.length < LONGEST_GREETING) return;
      const greeting = received.slice(0, lineEnd === -1 ? LONGEST_GREETING : lineEnd).trim();
      end(greeting.startsWith('220') ? { kind: 'greeted', greeting } : { kind: 'unreachable', reason: greeting });
    });
    socket.on('error', (error: NodeJS.ErrnoException) =>
      end(error.code === 'ECONNREFUSED' ? { kind: 'refused' } : { kind: 'unreachable', reason: error.code ?? '' }),
    );
    socket.on('close', () => end({ kind: 'unreachable', reason: 'closed' }));
  });
}

/** Whoever looks at their log shall see a visitor that knew how to behave. */
function sayGoodbye(socket: Socket): void {
  socket.removeAllListeners('data').resume();
  socket.setTimeout(GOODBYE_MS, () => socket.destroy());
  socket.end('QUIT\r\n');
}

async function fetchPolicy(domain: string, settings: ProbeSettings): Promise<FetchedPolicy> {
  const host = `mta-sts.${domain}`;
  const { addresses } = await lookUpHost(settings.resolver, host);
  let last: FetchedPolicy = { kind: 'failed', reason: `${host} has no address` };
  for (const address of addresses.slice(0, MOST_ADDRESSES)) {
    last = await fetchFrom(address, host, settings);
    if (last.kind === 'found') return last;
  }
  return last;
}

function fetchFrom(
  address: string,
  host: string,
  { httpsPort, authorities, timeoutMs }: ProbeSettings,
): Promise<FetchedPolicy> {
  return new Promise((resolve) => {
    const failed = (reason: string) => resolve({ kind: 'failed', reason });
    const asking = request({
      host: address,
      port: httpsPort,
      servername: host,
      path: '/.well-known/mta-sts.txt',
      headers: { host, accept: 'text/plain' },
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
      ...(authorities.length > 0 && { ca: [...rootCertificates, ...authorities] }),
    });
    asking.on('error', (error) => failed(error.message));
    asking.on('response', (response) => {
      if (response.statusCode !== 200) {
        asking.destroy();
        return failed(`HTTP ${response.statusCode}`);
      }
      const pieces: Buffer[] = [];
      let octets = 0;
      response.on('data', (piece: Buffer) => {
        octets += piece.length;
        if (octets > LONGEST_POLICY) {
          failed(`more than ${LONGEST_POLICY} octets`);
          asking.destroy();
        } else pieces.push(piece);
      });
      response.on('error', (error) => failed(error.message));
      response.on('end', () => resolve({ kind: 'found', text: Buffer.concat(pieces).toString('utf8') }));
    });
    asking.end();
  });
}
