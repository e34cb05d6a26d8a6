// What mail programs are told about us: the servers that are really there, out of the listeners, and nothing else. TLS from the
// first octet on comes before STARTTLS (RFC 8314 §3.3), IMAP before POP3.

import { isInAnyNetwork, parseIpNetworks } from '#base/ip-network.ts';

export type OfferedProtocol = 'imap' | 'pop3' | 'submission';

export interface OfferedServer {
  readonly protocol: OfferedProtocol;
  readonly hostname: string;
  readonly port: number;
  readonly security: 'tls' | 'starttls';
}

/** A listener, as far as mail programs care. */
export interface ServedPort {
  readonly service: string;
  readonly address: string;
  readonly port: number;
}

const OFFERED: readonly (readonly [service: string, offer: Pick<OfferedServer, 'protocol' | 'security'>])[] = [
  ['imaps', { protocol: 'imap', security: 'tls' }],
  ['imap', { protocol: 'imap', security: 'starttls' }],
  ['pop3s', { protocol: 'pop3', security: 'tls' }],
  ['pop3', { protocol: 'pop3', security: 'starttls' }],
  ['submissions', { protocol: 'submission', security: 'tls' }],
  ['submission', { protocol: 'submission', security: 'starttls' }],
];

const LOOPBACK = parseIpNetworks(['127.0.0.0/8', '::1/128']);

/** The best first. One port for each service: the one that others can reach, where some cannot. */
export function offeredServers(served: readonly ServedPort[], hostname: string): OfferedServer[] {
  return OFFERED.flatMap(([service, offer]) => {
    const port = portForOthers(served, service);
    return port === undefined ? [] : [{ ...offer, hostname, port }];
  });
}

/** Listeners on loopback count only where there are no others, as after `npm start`. */
export function portForOthers(served: readonly ServedPort[], service: string): number | undefined {
  const ports = served.filter((listener) => listener.service === service);
  return (ports.find(({ address }) => !isInAnyNetwork(address, LOOPBACK)) ?? ports[0])?.port;
}

/** Where mail is read, and where it is sent: the first choice of each. */
export function bestServer(
  servers: readonly OfferedServer[],
  ...protocols: OfferedProtocol[]
): OfferedServer | undefined {
  for (const protocol of protocols) {
    const found = servers.find((server) => server.protocol === protocol);
    if (found !== undefined) return found;
  }
  return undefined;
}
