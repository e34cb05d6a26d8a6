// A DNS of one's own for a test: zones as text, a name server on loopback with faults on request, and our resolver that
// asks it alone.

import { type OpenResolver, openResolver, type ResolverSettings } from '#platform/dns/resolver.ts';
import type { ZoneFault } from '#platform/dns/zone-fault.ts';
import { parseZone, type Zone } from '#platform/dns/zone-file.ts';
import { openZoneServer, type ZoneServer } from '#platform/dns/zone-server.ts';
import { steadyClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';

export interface GivenDns {
  /** Origin → master file text. */
  readonly zones: Readonly<Record<string, string>>;
  readonly faults?: Readonly<Record<string, ZoneFault>>;
  /** Zones whose answers bear the AD bit. */
  readonly authenticated?: readonly string[];
  readonly slowMs?: number;
  readonly resolver?: Partial<ResolverSettings>;
}

export interface TestDns extends AsyncDisposable {
  readonly server: ZoneServer;
  readonly resolver: OpenResolver;
}

/** What no zone knows does not exist: a root zone answers for it. */
export async function openDns({
  zones,
  faults = {},
  authenticated = [],
  slowMs,
  resolver,
}: GivenDns): Promise<TestDns> {
  const parsed = Object.entries({ '.': '', ...zones }).map(([origin, text]) =>
    readZone(origin, text, authenticated.includes(origin)),
  );
  const server = await openZoneServer({
    address: '127.0.0.1',
    port: 0,
    zones: parsed,
    faults,
    ...(slowMs === undefined ? {} : { slowMs }),
  });
  const asking = openResolver(
    { servers: [server], hostsFile: '/dev/null', tryTimeoutMs: 5_000, rounds: 2, ...resolver },
    { clock: steadyClock, randomness: systemRandomness },
  );
  return {
    server,
    resolver: asking,
    async [Symbol.asyncDispose]() {
      await asking[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

export function readZone(origin: string, text: string, isAuthenticated = false): Zone {
  const zone = parseZone({ origin, text, isAuthenticated });
  if (!zone.ok) throw new Error(zone.error);
  return zone.value;
}
