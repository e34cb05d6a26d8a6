// What the checks of a domain are given: what we know of ourselves, and ways to ask the world.

import type { ServerFacts } from '#mail/domain-records/server-facts.ts';
import type { WantedRecord } from '#mail/domain-records/wanted-record.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import type { SigningKeyRecord } from '#mail/ports/signing-key-admin.ts';
import type { Finding } from './finding.ts';

/** The DNS as the zone's own servers have it, where they can be asked; of other zones, as the resolver says. */
export interface DnsView extends Resolver {
  /** Where a CNAME record at this very name leads, or a wildcard's that covers it. */
  findAlias(name: string): Promise<string | undefined>;
  /** All that was asked so far, of this domain's zones. */
  zones(): Promise<readonly ZoneObservation[]>;
}

/** A zone, who serves it, and where those who were asked did not agree. */
export interface ZoneObservation {
  readonly zone: string;
  readonly servers: readonly string[];
  readonly silent: readonly string[];
  /** Names and types that its servers answer differently. */
  readonly disagreements: readonly Disagreement[];
  /** Names and types that the resolver answers differently: a cache, or a proof that fails. */
  readonly stale: readonly Disagreement[];
  /** The resolver proved an answer. */
  readonly isProven: boolean;
}

export interface Disagreement {
  readonly name: string;
  readonly type: string;
  readonly seen: readonly string[];
  /** The resolver had no answer at all, only a failure. */
  readonly hasFailed: boolean;
}

export type Reach =
  | { readonly kind: 'greeted'; readonly greeting: string }
  | { readonly kind: 'silent' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unreachable'; readonly reason: string };

export type FetchedPolicy =
  | { readonly kind: 'found'; readonly text: string }
  | { readonly kind: 'failed'; readonly reason: string };

export interface NetworkProbe {
  /** Connects, reads a greeting, says QUIT. */
  reach(address: string, port: number): Promise<Reach>;
  /** https://mta-sts.DOMAIN/.well-known/mta-sts.txt, as other servers fetch it. */
  fetchPolicy(domain: string): Promise<FetchedPolicy>;
}

export interface CheckWorld {
  readonly domain: string;
  readonly server: ServerFacts;
  readonly keys: readonly SigningKeyRecord[];
  readonly wanted: readonly WantedRecord[];
  readonly dns: DnsView;
  readonly network: NetworkProbe;
  readonly settings: CheckSettings;
}

export interface CheckSettings {
  /** As `reject_rbl_client` writes them. */
  readonly blockLists: readonly string[];
  /** A domain whose exchangers are tried on port 25; `` for none. */
  readonly peer: string;
  readonly smtpPort: number;
}

export type Check = (world: CheckWorld) => Promise<readonly Finding[]>;

export function wantedFor({ wanted }: CheckWorld, ...purposes: readonly WantedRecord['purpose'][]): WantedRecord[] {
  return wanted.filter(({ purpose }) => purposes.includes(purpose));
}
