// How much TLS one mail server must have for one message, and by whose word: what the administrator wrote of the
// destination, the domain's TLSA records, its MTA-STS policy, the sender's wish. The first of them that binds decides:
// DANE goes before MTA-STS, and neither is overridden by the other's success. RFC 7672 §2.2, RFC 8461 §2, §5, RFC 8689 §4.2.

import { err, ok, type Result } from '#base/result.ts';
import { unreachable } from '#base/unreachable.ts';
import { allowsServer, stsPolicyLines } from '#mail/mta-sts/policy.ts';
import type { TlsaRecord } from '#mail/ports/resolver.ts';
import type { StsFinding } from '#mail/ports/sts-policies.ts';
import type { TlsWish } from '#mail/queue/queued-message.ts';
import type { AppliedPolicy, TlsFailureType } from '#mail/tls-reports/tls-result.ts';
import { formatTlsa } from './dane.ts';
import { type ChosenTlsPolicy, defaultTlsPolicy, wantedNames } from './tls-policy.ts';
import type { TlsaFinding } from './tlsa-lookup.ts';

export type TlsDemand =
  | { readonly kind: 'none' | 'may' | 'encrypt' }
  /** Vouched for by an authority that we trust, for one of these names. */
  | { readonly kind: 'certificate'; readonly names: readonly string[] }
  | { readonly kind: 'tlsa'; readonly records: readonly TlsaRecord[]; readonly names: readonly string[] };

/** Who decided. */
export type TlsBasis = ChosenTlsPolicy['source'] | 'dane' | 'mta-sts' | 'requiretls' | 'tls-required-no';

export interface ServerTls {
  readonly demand: TlsDemand;
  readonly basis: TlsBasis;
  /** What SNI asks for. */
  readonly serverName: string | undefined;
  /** Looked at and reported, without effect: what an MTA-STS policy in testing would demand. */
  readonly trial: TlsTrial | undefined;
  /** For the domain's TLS report. */
  readonly applied: AppliedPolicy;
  /** What a missing or wrong certificate means for the message: REQUIRETLS does not wait. RFC 8689 §4.2.1. */
  readonly onFailure: 'deferred' | 'failed';
}

export type TlsTrial =
  | { readonly kind: 'demand'; readonly demand: TlsDemand }
  /** The policy does not allow this server. */
  | { readonly kind: 'not-allowed'; readonly text: string };

/** This server may not be talked to. */
export interface TlsRefusal {
  readonly kind: 'deferred' | 'failed';
  readonly status: string;
  readonly text: string;
  readonly basis: TlsBasis;
  readonly failure: TlsFailureType;
  readonly applied: AppliedPolicy;
}

/** What holds for all servers of a destination. */
export interface DestinationTls {
  readonly destination: string;
  /** The domain that policies are looked up for; `undefined` where it has none: an address, several next hops. */
  readonly domain: string | undefined;
  readonly policy: ChosenTlsPolicy;
  readonly sts: StsFinding;
  readonly wish: TlsWish | undefined;
}

export interface ServerInQuestion {
  readonly name: string;
  /** The MX record that names it was proven by DNSSEC, or it is named by the administrator. */
  readonly isProven: boolean;
  readonly tlsa: TlsaFinding;
}

type Decision = Result<ServerTls, TlsRefusal>;

export function decideServerTls(destination: DestinationTls, server: ServerInQuestion): Decision {
  const { policy } = destination;
  switch (policy.level) {
    case 'none':
    case 'may':
    case 'encrypt':
      return decideByDomain(destination, server, { kind: policy.level });
    case 'dane':
    case 'dane-only':
      return decideByDane(destination, server);
    case 'verify':
    case 'secure': {
      const names = wantedNames(policy, { hostname: server.name, destination: destination.destination });
      return ok(verified(destination, server, { kind: 'certificate', names }, policy.source));
    }
    default:
      return unreachable(policy.level);
  }
}

/** Postfix's `dane` falls back where the records are absent (to `may`) or of no use (to `encrypt`); `dane-only` never does. */
function decideByDane(destination: DestinationTls, server: ServerInQuestion): Decision {
  const { tlsa } = server;
  const { policy } = destination;
  const isOnly = policy.level === 'dane-only';
  switch (tlsa.kind) {
    case 'usable': {
      const names = wantedNames({ ...policy, match: ['hostname', 'nexthop', tlsa.base] }, hostOf(destination, server));
      const demand = { kind: 'tlsa', records: tlsa.records, names } as const;
      return ok({
        ...verified(destination, server, demand, 'dane'),
        serverName: tlsa.base,
        applied: appliedTlsa(tlsa),
      });
    }
    case 'unusable':
      return isOnly
        ? err(refused(policy, 'TLSA records unusable', 'tlsa-invalid', appliedTlsa(tlsa)))
        : decideByDomain(destination, server, { kind: 'encrypt' });
    case 'absent':
      return isOnly
        ? err(refused(policy, tlsa.why, 'dane-required', noPolicy(destination)))
        : decideByDomain(destination, server, { kind: 'may' });
    case 'failed':
      return err({ ...refused(policy, tlsa.text, 'dnssec-invalid', noPolicy(destination)), basis: 'dane' });
    default:
      return unreachable(tlsa);
  }
}

/** MTA-STS, where the settings leave it to the domain. */
function decideByDomain(destination: DestinationTls, server: ServerInQuestion, least: LeastDemand): Decision {
  const { sts, policy } = destination;
  const policyInForce = sts.kind === 'policy' && sts.policy.mode !== 'none' ? sts.policy : undefined;
  if (policyInForce === undefined || destination.domain === undefined) return decideByWish(destination, server, least);
  const applied: AppliedPolicy = {
    type: 'sts',
    domain: destination.domain,
    lines: stsPolicyLines(policyInForce),
    mxHosts: policyInForce.mx,
  };
  const notAllowed = allowsServer(policyInForce, server.name)
    ? undefined
    : `MTA-STS policy of ${destination.domain} does not allow the mail server ${server.name}`;
  const demand = certificateOf(destination, server);
  if (policyInForce.mode === 'enforce') {
    return notAllowed === undefined
      ? ok({ ...verified(destination, server, demand, 'mta-sts'), serverName: server.name, applied })
      : err({ ...refused(policy, notAllowed, 'validation-failure', applied), basis: 'mta-sts' });
  }
  const trial: TlsTrial =
    notAllowed === undefined ? { kind: 'demand', demand } : { kind: 'not-allowed', text: notAllowed };
  const decided = decideByWish(destination, server, least);
  return decided.ok ? ok({ ...decided.value, trial, applied }) : err({ ...decided.error, applied });
}

type LeastDemand = { readonly kind: 'none' | 'may' | 'encrypt' };

/** The sender's own: REQUIRETLS wants a server that is proven, and its certificate verified. RFC 8689 §4.2.1. */
function decideByWish(destination: DestinationTls, server: ServerInQuestion, least: LeastDemand): Decision {
  const { wish, policy, sts, domain } = destination;
  const applied = noPolicy(destination);
  if (wish === 'required') {
    const isVouchedFor = server.isProven || (sts.kind === 'policy' && allowsServer(sts.policy, server.name));
    if (isVouchedFor) return ok(verified(destination, server, certificateOf(destination, server), 'requiretls'));
    const text = `REQUIRETLS: neither DNSSEC nor MTA-STS proves that ${server.name} is a mail server of ${domain ?? destination.destination}`;
    return err({ kind: 'failed', status: '5.7.10', text, basis: 'requiretls', failure: 'validation-failure', applied });
  }
  return ok({
    demand: least,
    basis: wish === 'waived' ? 'tls-required-no' : policy.source,
    serverName: serverNameOf(policy, server),
    trial: undefined,
    applied,
    onFailure: 'deferred',
  });
}

function verified(
  destination: DestinationTls,
  server: ServerInQuestion,
  demand: TlsDemand,
  basis: TlsBasis,
): ServerTls {
  const { policy, wish } = destination;
  return {
    demand,
    basis,
    serverName: serverNameOf(policy, server),
    trial: undefined,
    applied: noPolicy(destination),
    onFailure: wish === 'required' ? 'failed' : 'deferred',
  };
}

function certificateOf(destination: DestinationTls, server: ServerInQuestion): TlsDemand {
  return { kind: 'certificate', names: wantedNames(defaultTlsPolicy('verify'), hostOf(destination, server)) };
}

function hostOf({ destination }: DestinationTls, { name }: ServerInQuestion) {
  return { hostname: name, destination };
}

/** SNI knows names only. RFC 6066 §3. */
function serverNameOf({ serverName }: ChosenTlsPolicy, { name }: ServerInQuestion): string | undefined {
  if (serverName !== 'hostname') return serverName;
  return /[a-z]/i.test(name) && !name.includes(':') ? name : undefined;
}

function refused(
  { source }: ChosenTlsPolicy,
  text: string,
  failure: TlsFailureType,
  applied: AppliedPolicy,
): TlsRefusal {
  return { kind: 'deferred', status: '4.7.5', text, basis: source, failure, applied };
}

function noPolicy({ domain, destination }: DestinationTls): AppliedPolicy {
  return { type: 'no-policy-found', domain: domain ?? destination, lines: [], mxHosts: [] };
}

function appliedTlsa({ base, records }: Extract<TlsaFinding, { base: string }>): AppliedPolicy {
  return { type: 'tlsa', domain: base, lines: records.map(formatTlsa), mxHosts: [] };
}
