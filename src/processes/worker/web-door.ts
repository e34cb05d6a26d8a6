// The web's doors: which site is shown there, with the servers that are really served, and how much one client may take.

import { parseIpNetworks } from '#base/ip-network.ts';
import { traceOf } from '#base/thrown.ts';
import { WorldError } from '#base/world-error.ts';
import { offeredProofs } from '#mail/client-setup/offered-proof.ts';
import { offeredServers, portForOthers } from '#mail/client-setup/offered-server.ts';
import type { Config, Listen } from '#platform/config/schema.ts';
import type { HttpServer } from '#platform/http/http-server.ts';
import { turnAwayHttp } from '#services/web/turn-away.ts';
import { doorOf } from './door-limits.ts';
import type { Interior, Service } from './interior.ts';

/** More than any program sends. */
const HEAD_FIELDS = 100;

export function webService(entry: Listen, config: Config, house: Interior): Service {
  let opened: Promise<HttpServer> | undefined;
  return {
    door: doorOf(entry, config, 'http', 'http'),
    implicitTls: entry.service === 'https',
    proxies: parseIpNetworks(entry.haproxy_trusted_networks),
    async serve(connection) {
      opened ??= openWeb(entry, config, house).catch((cause: unknown) => {
        // Without a free descriptor nothing can be loaded: the next visitor may have more luck.
        opened = undefined;
        throw new WorldError('open the web', { transient: true, cause });
      });
      await (await opened).serve(connection);
    },
    turnAway: turnAwayHttp,
  };
}

/** Loaded when the first visitor comes: a server that starts has more urgent things to do. */
async function openWeb(entry: Listen, config: Config, { web, served, log }: Interior): Promise<HttpServer> {
  const [{ createHttpServer }, { createWebSite }] = await Promise.all([
    import('#platform/http/http-server.ts'),
    import('#services/web/web-site.ts'),
  ]);
  const hostname = entry.myhostname ?? config.myhostname;
  const settings = {
    hostname,
    httpsPort: portForOthers(served, 'https'),
    servers: offeredServers(served, hostname),
    proofs: offeredProofs(config.auth_mechanisms, config.oauth_issuer.length > 0),
    requestBodyBytes: config.http_body_size_limit,
  };
  return createHttpServer({
    hostname,
    limits: {
      headBytes: config.http_head_size_limit,
      headFields: HEAD_FIELDS,
      requestTimeoutMs: config.http_request_timeout,
      idleTimeoutMs: config.http_idle_timeout,
      requestsPerConnection: config.http_connection_reuse_limit,
    },
    answer: createWebSite(settings, web),
    reportBug: (error) => log.write('error', 'http', `bug: ${traceOf(error)}`),
  });
}
