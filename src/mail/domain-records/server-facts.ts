// What a domain's records say of the server: its names, where it is reached, where its mail comes from, what it offers.

import type { OfferedServer } from '#mail/client-setup/offered-server.ts';
import type { StsMode } from '#mail/mta-sts/policy.ts';

export const DMARC_POLICIES = ['none', 'quarantine', 'reject'] as const;
export type DmarcPolicy = (typeof DMARC_POLICIES)[number];

export interface ServerFacts {
  /** `myhostname`, lower case: the target of MX records. */
  readonly mailHost: string;
  /** What we say in EHLO, lower case. */
  readonly heloName: string;
  /** By which the world reaches us; empty: nobody told us, and behind a router we cannot see it. */
  readonly addresses: readonly string[];
  /** From which our mail leaves, as others see it; empty: unknown. */
  readonly egress: readonly string[];
  /** All mail leaves through this server; `` where it leaves by itself. */
  readonly relayhost: string;
  readonly clientServers: readonly OfferedServer[];
  /** Of https; `undefined` where no web server is ours. */
  readonly webPort: number | undefined;
  /** Of the certificate that is served, as a TLSA record has it; `undefined`: none was seen. */
  readonly tlsaData: string | undefined;
  readonly mtaSts: { readonly mode: StsMode; readonly maxAgeSeconds: number };
  readonly settings: PublishingSettings;
}

export interface PublishingSettings {
  /** Where DMARC and TLS reports shall go; `undefined`: the domain's postmaster. */
  readonly reportAddress: string | undefined;
  readonly dmarcPolicy: DmarcPolicy;
  /** Authorities that may issue certificates; empty: no CAA records. */
  readonly caaIssuers: readonly string[];
  readonly ttlSeconds: number;
}

export function reportAddressOf({ settings }: Pick<ServerFacts, 'settings'>, domain: string): string {
  return settings.reportAddress ?? `postmaster@${domain}`;
}
