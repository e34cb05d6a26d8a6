// What there is to see on the web, by its paths: answers for certificate authorities, the MTA-STS policy, what mail programs ask to
// set themselves up, health. Everything else is not there. RFC 9110.

import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { WorldError } from '#base/world-error.ts';
import type { OfferedProof } from '#mail/client-setup/offered-proof.ts';
import type { OfferedServer } from '#mail/client-setup/offered-server.ts';
import type { AcmeChallenges } from '#mail/ports/acme-challenges.ts';
import type { Log } from '#mail/ports/log.ts';
import { addChallenges } from './acme-challenges.ts';
import { addClientSetup } from './client-setup.ts';
import { addHealth } from './health.ts';
import { addMtaStsPolicy } from './mta-sts-policy.ts';
import { notFound, plainText, unavailable } from './plain-pages.ts';
import { leadToHttps } from './redirect.ts';
import { protectPages } from './security-headers.ts';
import { hostOf, type WebContext, type WebRoutes, type WebVisitor } from './visitor.ts';

const LOG_AREA = 'http';
const LONGEST_LOGGED_PATH = 200;

export interface WebSiteSettings {
  /** What this server is called. */
  readonly hostname: string;
  /** Where clear requests are led; they are answered where they are when there is none. */
  readonly httpsPort: number | undefined;
  /** What mail programs are told. */
  readonly servers: readonly OfferedServer[];
  readonly proofs: readonly OfferedProof[];
  readonly requestBodyBytes: number;
}

export interface WebSiteWorld {
  /** Mail for it comes here. Throws WorldError where nobody can say. */
  isOwnDomain(domain: string): Promise<boolean>;
  /** Absent where no certificates are asked for. */
  readonly challenges?: AcmeChallenges | undefined;
  /** The text of the domain's policy; `undefined` where it has none. */
  findMtaStsPolicy?(domain: string): Promise<string | undefined>;
  /** Absent: profiles go out unsigned. */
  signProfile?(profile: string, host: string): Uint8Array<ArrayBuffer> | undefined;
  /** Mail can be taken and shown now. */
  isReady(): Promise<boolean>;
  readonly log: Log;
  nowMs(): number;
}

export type WebSite = (request: Request, visitor: WebVisitor) => Response | Promise<Response>;

export function createWebSite(settings: WebSiteSettings, world: WebSiteWorld): WebSite {
  const { log } = world;
  const site: WebRoutes = new Hono();
  site.use(noteInLog(log));
  site.use(protectPages);
  addChallenges(site, world);
  addHealth(site, world);
  // What stands above is answered in clear, too.
  site.use(leadToHttps(settings.httpsPort));
  site.use(bodyLimit({ maxSize: settings.requestBodyBytes, onError: () => plainText(413, 'Content Too Large') }));
  addMtaStsPolicy(site, world);
  addClientSetup(site, settings, world);
  site.notFound(notFound);
  site.onError((error, context) => {
    const session = context.env.connectionId;
    if (error instanceof WorldError) {
      log.write('error', LOG_AREA, error.message, { session });
      return unavailable();
    }
    log.write('error', LOG_AREA, `bug: ${error.stack ?? error.message}`, { session });
    return plainText(500, 'Internal Server Error');
  });
  return (request, visitor) => site.fetch(request, visitor);
}

/** One line a request; what stands behind the `?` may name people, and is left out. */
function noteInLog(log: Log) {
  return async (context: WebContext, next: () => Promise<void>): Promise<void> => {
    await next();
    const { req, res, env } = context;
    const path = new URL(req.url).pathname.slice(0, LONGEST_LOGGED_PATH);
    const text = `${env.clientAddress}: ${req.method} ${hostOf(context)} ${path} ${res.status}`;
    log.write('info', LOG_AREA, text, { session: env.connectionId });
  };
}
