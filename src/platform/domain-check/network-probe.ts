// What a check tries over the network: whether somebody greets at a port, and what policy is given out. RFC 5321 §4.2.

import { connect, type Socket } from 'node:net';
import type { FetchedPolicy, NetworkProbe, Reach } from '#mail/domain-check/check-world.ts';
import { lookUpHost } from '#mail/domain-check/look-up.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import { type FetchSettings, fetchText } from '#platform/mta-sts/fetch-policy.ts';

export interface ProbeSettings {
  readonly resolver: Resolver;
  /** As policies of other domains are fetched. */
  readonly policies: FetchSettings;
  readonly timeoutMs: number;
}

/** Of a greeting: more is not read. */
const LONGEST_GREETING = 512;
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
  if (addresses.length === 0) return { kind: 'failed', reason: `${host} has no address` };
  const text = await fetchText(settings.policies, host, addresses);
  return text.ok ? { kind: 'found', text: text.value } : { kind: 'failed', reason: text.error.text };
}
