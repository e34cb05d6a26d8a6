// What mail programs ask to set themselves up. Answers hang on the domain only, never on whether an account exists.

import { formatAppleProfile } from '#mail/client-setup/apple-profile.ts';
import {
  type AutodiscoverFault,
  formatAutodiscoverAnswer,
  formatAutodiscoverFault,
  parseAutodiscoverRequest,
} from '#mail/client-setup/autodiscover.ts';
import type { OfferedProof } from '#mail/client-setup/offered-proof.ts';
import type { OfferedServer } from '#mail/client-setup/offered-server.ts';
import { formatThunderbirdConfig } from '#mail/client-setup/thunderbird-config.ts';
import { parseMailbox } from '#protocols/smtp/grammar/mailbox.ts';
import { plainText } from './plain-pages.ts';
import { hostOf, type WebContext, type WebRoutes } from './visitor.ts';

export interface SetupSettings {
  readonly hostname: string;
  readonly servers: readonly OfferedServer[];
  /** How one may log in there. */
  readonly proofs: readonly OfferedProof[];
}

export interface SetupWorld {
  isOwnDomain(domain: string): Promise<boolean>;
  /** With the certificate of that host, so that the device says whose the profile is; `undefined` where it has none to trust. */
  signProfile?(profile: string, host: string): Uint8Array<ArrayBuffer> | undefined;
  nowMs(): number;
}

const THUNDERBIRD_PATHS = ['/mail/config-v1.1.xml', '/.well-known/autoconfig/mail/config-v1.1.xml'];
/** To a person, who has opened the address in a browser. */
const NO_PROFILE = 'There is no profile: this server takes no passwords from such devices, or no mail from them.';
const APPLE_PATH = '/mail/apple.mobileconfig';
/** Outlook writes it in several ways. */
const AUTODISCOVER = /^\/autodiscover\/autodiscover\.xml$/i;
const AUTODISCOVER_JSON = /^\/autodiscover\/autodiscover\.json(?:\/|$)/i;

export function addClientSetup(site: WebRoutes, settings: SetupSettings, world: SetupWorld): void {
  site.on('GET', THUNDERBIRD_PATHS, async (context, next) => {
    const domain = askedDomain(context);
    if (domain === undefined || !(await world.isOwnDomain(domain))) return await next();
    const config = formatThunderbirdConfig(domain, settings.servers, settings.proofs);
    return config === undefined ? await next() : sendXml(context, config);
  });
  site.get(APPLE_PATH, async (context, next) => {
    const address = parseMailbox(context.req.query('emailaddress') ?? '');
    if (address === undefined || !(await world.isOwnDomain(address.domain))) return await next();
    const profile = formatAppleProfile(address, settings.servers, settings.proofs);
    if (profile === undefined) return plainText(404, NO_PROFILE);
    const signed = world.signProfile?.(profile, hostOf(context));
    return context.body(signed ?? profile, 200, {
      'Content-Type': `application/x-apple-aspen-config${signed === undefined ? '; charset=utf-8' : ''}`,
      'Content-Disposition': `attachment; filename="${address.domain}.mobileconfig"`,
    });
  });
  site.use(async (context, next) => {
    const { path, method } = context.req;
    if (AUTODISCOVER.test(path) && (method === 'POST' || method === 'GET')) {
      return await autodiscover(context, settings, world);
    }
    return AUTODISCOVER_JSON.test(path) && method === 'GET' ? leadToXml(context, settings) : await next();
  });
}

async function autodiscover(context: WebContext, settings: SetupSettings, world: SetupWorld): Promise<Response> {
  const request = parseAutodiscoverRequest(new Uint8Array(await context.req.arrayBuffer()));
  if (!request.ok) return sendFault(context, request.error, settings, world);
  if (!(await world.isOwnDomain(request.value.domain))) {
    return sendFault(context, 'invalid-request', settings, world);
  }
  const answer = formatAutodiscoverAnswer(request.value, settings.servers, settings.proofs);
  if (answer === undefined) return sendFault(context, 'provider-not-available', settings, world);
  return sendXml(context, answer);
}

function sendFault(
  context: WebContext,
  fault: AutodiscoverFault,
  { hostname }: SetupSettings,
  { nowMs }: SetupWorld,
): Response {
  const time = new Date(nowMs()).toISOString().slice(11, 19);
  return sendXml(context, formatAutodiscoverFault(fault, time, hostname));
}

/** Newer Outlooks ask first where to ask. */
function leadToXml(context: WebContext, { hostname }: SetupSettings): Response {
  const protocol = context.req.query('Protocol') ?? '';
  if (protocol.toLowerCase() === 'autodiscoverv1') {
    const { port } = new URL(context.req.url);
    const place = port === '' ? hostname : `${hostname}:${port}`;
    return context.json({ Protocol: 'AutodiscoverV1', Url: `https://${place}/autodiscover/autodiscover.xml` });
  }
  return context.json({ ErrorCode: 'InvalidProtocol', ErrorMessage: 'This server speaks AutodiscoverV1 only.' }, 400);
}

/** That of the address, or of the name under which we were asked. */
function askedDomain(context: WebContext): string | undefined {
  const address = context.req.query('emailaddress');
  // Thunderbird asks with the address left open where it asks in clear.
  if (address !== undefined && address !== '%EMAILADDRESS%') return parseMailbox(address)?.domain;
  return hostOf(context).replace(/^autoconfig\./, '');
}

function sendXml(context: WebContext, document: string): Response {
  return context.body(document, 200, { 'Content-Type': 'text/xml; charset=utf-8' });
}
