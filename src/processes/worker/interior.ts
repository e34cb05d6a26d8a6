// What a door is: the service that is spoken there, and what stands behind it.

import type { IpNetwork } from '#base/ip-network.ts';
import type { ServedPort } from '#mail/client-setup/offered-server.ts';
import type { Login } from '#mail/login/exchange.ts';
import type { Connection, ConnectionFacts } from '#mail/ports/connection.ts';
import type { Log } from '#mail/ports/log.ts';
import type { PassedClients } from '#mail/visitors/passed-clients.ts';
import type { Door, Visit } from '#mail/visitors/visitors.ts';
import type { WebSiteWorld } from '#services/web/web-site.ts';
import type { House } from './compose.ts';

export interface Service {
  readonly door: Door;
  /** TLS from the first byte on (465, 993, 995, 443). RFC 8314 §3. */
  readonly implicitTls: boolean;
  /** Whose connections begin with a PROXY header. */
  readonly proxies: readonly IpNetwork[];
  serve(connection: Connection, visit: Visit): Promise<void>;
  /** Tells a client why it may not come in, and closes. */
  turnAway(connection: Connection, text: string): Promise<void>;
}

/** What stands behind a door. */
export type Interior = Pick<House, 'contentStore' | 'mailStore' | 'version'> & {
  readonly log: Log;
  readonly login: Login;
  readonly intake: Pick<House['intake'], 'acceptance'>;
  /** What the web shows of the server. */
  readonly web: WebSiteWorld;
  /** All the doors there are, with the ports that are bound. */
  readonly served: readonly ServedPort[];
  /** Who waited for a greeting before; absent where nobody is to wait. */
  readonly passed?: PassedClients;
  /** Finds out what a client is called. */
  readonly nameClient?: (facts: ConnectionFacts) => Promise<void>;
};
