// Connections to programs beside us, as settings name them: `inet:HOST:PORT` and `unix:/PATH`. Names are looked up each time.

import { parseIpAddress } from '#base/ip-network.ts';
import { err, type Result } from '#base/result.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import { dialInClear } from './dial.ts';
import type { SocketConnection } from './socket-connection.ts';

export type ServiceEndpoint =
  | { readonly kind: 'inet'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** The error is what the system says of it, of the last address that was tried: `Connection refused`. */
export async function dialService(
  endpoint: ServiceEndpoint,
  timeoutMs: number,
  resolver: Resolver,
): Promise<Result<SocketConnection, string>> {
  if (endpoint.kind === 'unix') return await dialInClear(endpoint, timeoutMs);
  const { host, port } = endpoint;
  let last: Result<SocketConnection, string> = err('Host not found');
  for (const address of await addressesOf(host, resolver)) {
    last = await dialInClear({ kind: 'inet', address, port }, timeoutMs);
    if (last.ok) return last;
  }
  return last;
}

async function addressesOf(host: string, resolver: Resolver): Promise<readonly string[]> {
  if (parseIpAddress(host) !== undefined) return [host];
  const answers = await Promise.all([resolver.resolve(host, 'A'), resolver.resolve(host, 'AAAA')]);
  return answers.flatMap((answer) => (answer.kind === 'found' ? answer.records : []));
}
