// Which TLS policies bind a destination and, then, each of its servers: asks tables, the domain's MTA-STS policy and the
// DNS; `mail/delivery/server-tls.ts` decides.

import { err, ok, type Result } from '#base/result.ts';
import type { DeliveryFailure } from '#mail/delivery/delivery-failure.ts';
import { parseDestinations } from '#mail/delivery/destination.ts';
import { type DestinationTls, decideServerTls, type ServerTls, type TlsRefusal } from '#mail/delivery/server-tls.ts';
import { type ChosenTlsPolicy, defaultTlsPolicy, findTlsPolicy } from '#mail/delivery/tls-policy.ts';
import { findTlsa, type TlsaFinding } from '#mail/delivery/tlsa-lookup.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import type { StsFinding, StsPolicies } from '#mail/ports/sts-policies.ts';
import type { TlsResults } from '#mail/ports/tls-results.ts';
import type { TlsWish } from '#mail/queue/queued-message.ts';
import { parseDomainName } from '#protocols/message/domain-name.ts';
import type { SmtpClientSettings } from './settings.ts';
import type { Target } from './target.ts';

export interface TlsPlanWorld {
  /** For TLSA records: it must validate, or ask one that does. */
  readonly resolver: Resolver;
  readonly stsPolicies: StsPolicies;
  readonly tlsResults: TlsResults;
}

const NO_STS: StsFinding = { kind: 'none' };
/** Policies hold for all ports. */
const ANY_PORT = 25;

/** Throws WorldError when a table cannot be read. */
export async function planDestinationTls(
  world: TlsPlanWorld,
  settings: SmtpClientSettings,
  destination: string,
  said: TlsWish | undefined,
): Promise<Result<DestinationTls, DeliveryFailure>> {
  const wish = said === 'waived' && !settings.mayWaiveTls ? undefined : said;
  const found = await findTlsPolicy(settings.tlsPolicies, destination, settings.tlsLevel);
  if (!found.ok) {
    return err({ kind: 'deferred', status: '4.7.5', text: `TLS policy configuration error: ${found.error}` });
  }
  const policy = wish === 'waived' ? waive(found.value) : found.value;
  const domain = policyDomain(destination, settings);
  const asks = settings.mtaSts && domain !== undefined && isLeftToDomain(policy) && wish !== 'waived';
  const sts = asks ? await world.stsPolicies.find(domain) : NO_STS;
  if (sts.kind === 'unavailable' && domain !== undefined) {
    const applied = { type: 'sts', domain, lines: [], mxHosts: [] } as const;
    world.tlsResults.add({ domain, policy: applied, failure: { type: sts.failure, reason: sts.text } });
  }
  return ok({ destination, domain, policy, sts, wish });
}

/** The sender gives up what the destination's domain would have; what our administrator demands stays. RFC 8689 §4.2.2. */
function waive(policy: ChosenTlsPolicy): ChosenTlsPolicy {
  return policy.level === 'dane' ? { ...policy, ...defaultTlsPolicy('may') } : policy;
}

/** Where the settings demand no certificate, a domain may. */
function isLeftToDomain({ source, level }: ChosenTlsPolicy): boolean {
  return source === 'smtp_tls_security_level' && (level === 'may' || level === 'encrypt' || level === 'dane');
}

/**
 * The next hop's, whose policy holds: of a smart host its own name, port and brackets aside. RFC 8461 §3.4. Addresses and names
 * of one label have none, and several next hops have not the same.
 */
function policyDomain(destination: string, { protocol }: SmtpClientSettings): string | undefined {
  const parsed = parseDestinations(destination, ANY_PORT);
  const [hop, ...others] = parsed.ok ? parsed.value : [];
  if (protocol !== 'smtp' || hop === undefined || others.length > 0 || hop.isAddress) return undefined;
  const name = parseDomainName(hop.host);
  return name.ok && name.value.includes('.') ? name.value : undefined;
}

export async function planServerTls(
  world: TlsPlanWorld,
  settings: SmtpClientSettings,
  destination: DestinationTls,
  { server, proof }: Target,
): Promise<Result<ServerTls, TlsRefusal>> {
  const { level } = destination.policy;
  const tlsa =
    level === 'dane' || level === 'dane-only' ? await lookUpTlsa(world, settings, { ...proof, ...server }) : NOT_ASKED;
  return decideServerTls(destination, { name: server.name, isProven: proof.isProven, tlsa });
}

const NOT_ASKED: TlsaFinding = { kind: 'absent', why: 'no DANE level' };

async function lookUpTlsa(
  { resolver }: TlsPlanWorld,
  { dane }: SmtpClientSettings,
  server: Target['server'] & Target['proof'],
): Promise<TlsaFinding> {
  if (!dane.isPossible) return { kind: 'absent', why: 'DNSSEC lookups are disabled' };
  if (server.isProven || dane.insecureMxPolicy === 'dane') return findTlsa(resolver, server);
  // Records of a server that anybody might have put into the list prove nothing; some TLS can be asked for all the same.
  return dane.insecureMxPolicy === 'encrypt'
    ? { kind: 'unusable', base: server.name, records: [] }
    : { kind: 'absent', why: 'non DNSSEC destination' };
}

/** What makes two messages' connections as well guarded as one another. */
export function tlsKey({ policy, sts, wish }: DestinationTls): string {
  const { level, match, serverName } = policy;
  const stsWord = sts.kind === 'policy' ? `${sts.policy.mode}/${sts.id}` : '';
  return `${level} ${match.join(':')} ${serverName ?? ''} ${stsWord} ${wish ?? ''}`;
}
