// Connections that a proxy hands on: before anything else the proxy says whom they are from.

import { WorldError } from '#base/world-error.ts';
import { readProxyHeader } from '#protocols/haproxy/proxy-header.ts';
import type { SocketConnection } from './socket-connection.ts';

/** For the whole header, however slowly its octets come: proxies send it at once. */
const PROXY_HEADER_TIMEOUT_MS = 5_000;

/**
 * From here on the connection is the client's. Throws WorldError where no header comes, or another than can be: whoever
 * trusts a proxy's word must not serve one that does not give it.
 */
export async function hearProxy(connection: SocketConnection, nowMs: () => number): Promise<void> {
  const deadlineMs = nowMs() + PROXY_HEADER_TIMEOUT_MS;
  let octets: Buffer = Buffer.alloc(0);
  for (;;) {
    const header = readProxyHeader(octets);
    if (header.kind === 'malformed') throw new WorldError('PROXY header: it is malformed', { transient: false });
    if (header.kind === 'header') {
      const { facts } = connection;
      return connection.beginAnew({ ...facts, ...header.addresses }, octets.subarray(header.octets));
    }
    const chunk = await connection.read(Math.max(1, deadlineMs - nowMs()));
    if (chunk === undefined) throw new WorldError('PROXY header: it never came', { transient: true });
    octets = octets.length === 0 ? chunk : Buffer.concat([octets, chunk]);
  }
}
