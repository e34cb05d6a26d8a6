// What the client for SMTP, or LMTP, is told: Postfix's parameters, whose names stand beside ours (`lmtp_…` for LMTP).

import type { TlsLevel } from '#mail/delivery/tls-policy.ts';
import type { Table } from '#mail/ports/table.ts';

/** How long one step may take, its whole reply included. */
export interface ClientTimeouts {
  /** `smtp_connect_timeout` */
  readonly connectMs: number;
  /** `smtp_helo_timeout`: the greeting, EHLO and AUTH, each. */
  readonly heloMs: number;
  /** `smtp_starttls_timeout`: STARTTLS and the handshake, each. */
  readonly startTlsMs: number;
  /** `smtp_mail_timeout` */
  readonly mailMs: number;
  /** `smtp_rcpt_timeout` */
  readonly rcptMs: number;
  /** `smtp_data_init_timeout`: the reply to DATA. */
  readonly dataInitMs: number;
  /** `smtp_data_xfer_timeout`: until the server takes another piece of the content. */
  readonly dataXferMs: number;
  /** `smtp_data_done_timeout`: the reply to the end of the content. */
  readonly dataDoneMs: number;
  /** `smtp_rset_timeout` */
  readonly rsetMs: number;
}

/** Connections that wait for the next message to the same destination. */
export interface ConnectionCacheLimits {
  /** `smtp_connection_cache_time_limit`: how long one may wait. */
  readonly idleMs: number;
  /** `smtp_connection_reuse_time_limit`: how old one may become. */
  readonly lifetimeMs: number;
  /** `smtp_connection_reuse_count_limit`: messages on one; 0 is no limit. */
  readonly messages: number;
  /** How many wait, of all destinations together. */
  readonly connections: number;
}

export interface DaneSettings {
  /** `smtp_dns_support_level = dnssec`, and no failed MX question is passed over. */
  readonly isPossible: boolean;
  /** `smtp_tls_dane_insecure_mx_policy`: what TLSA records are worth where the MX record was not proven. */
  readonly insecureMxPolicy: 'dane' | 'encrypt' | 'may';
}

/** `noplaintext`: no mechanism that shows the password to who listens. */
export type SaslSecurityOption = 'noplaintext' | 'noanonymous';

export interface SmtpClientSettings {
  readonly protocol: 'smtp' | 'lmtp';
  /** `smtp_helo_name` */
  readonly heloName: string;
  /** Lower case: who greets so on port 25 is ourselves. */
  readonly ownNames: ReadonlySet<string>;
  readonly timeouts: ClientTimeouts;
  readonly cache: ConnectionCacheLimits;
  /** `smtp_bind_address`, `smtp_bind_address6` */
  readonly bindAddress: string | undefined;
  readonly bindAddress6: string | undefined;
  /** `smtp_skip_5xx_greeting`: a server that greets with 5xx is passed over, as one that cannot be reached. */
  readonly skip5xxGreeting: boolean;
  /** `smtp_mx_session_limit`: servers that are talked to for one message; 0 is no limit. */
  readonly mxSessionLimit: number;
  /** `smtp_tls_security_level` */
  readonly tlsLevel: TlsLevel;
  /** `smtp_tls_policy_maps` */
  readonly tlsPolicies: readonly Table[];
  readonly dane: DaneSettings;
  /** `smtp_mta_sts`: whether policies of MTA-STS are asked for, where the level is `may`, `encrypt` or `dane`. */
  readonly mtaSts: boolean;
  /** `tls_required_enable`: whether a sender may do without what the destination's domain demands. */
  readonly mayWaiveTls: boolean;
  /** `smtp_tls_loglevel`: 1 has a line for each connection. */
  readonly tlsLogLevel: number;
  /** `smtp_sasl_password_maps` */
  readonly passwords: readonly Table[];
  /** `smtp_sender_dependent_authentication` */
  readonly senderDependentAuthentication: boolean;
  /** `smtp_sasl_security_options`, `smtp_sasl_tls_security_options` */
  readonly saslSecurityOptions: readonly SaslSecurityOption[];
  readonly saslTlsSecurityOptions: readonly SaslSecurityOption[];
  /** With `may`: how old a message must be to go in clear to a server whose TLS fails; `minimal_backoff_time`. */
  readonly clearAfterMs: number;
  /** `smtp_line_length_limit` */
  readonly lineLengthLimit: number;
  /** `smtp_min_data_rate`, octets a second, beyond `dataXferMs`: a server that takes less is let go. */
  readonly leastDataRate: number;
  /** `smtp_send_dummy_mail_auth` */
  readonly sendDummyMailAuth: boolean;
}

const SECOND = 1_000;

export const DEFAULT_SMTP_CLIENT: Omit<SmtpClientSettings, 'heloName' | 'ownNames'> = {
  protocol: 'smtp',
  timeouts: {
    connectMs: 30 * SECOND,
    heloMs: 300 * SECOND,
    startTlsMs: 300 * SECOND,
    mailMs: 300 * SECOND,
    rcptMs: 300 * SECOND,
    dataInitMs: 120 * SECOND,
    dataXferMs: 180 * SECOND,
    dataDoneMs: 600 * SECOND,
    rsetMs: 20 * SECOND,
  },
  cache: { idleMs: 2 * SECOND, lifetimeMs: 300 * SECOND, messages: 0, connections: 200 },
  bindAddress: undefined,
  bindAddress6: undefined,
  skip5xxGreeting: true,
  mxSessionLimit: 2,
  tlsLevel: 'may',
  tlsPolicies: [],
  dane: { isPossible: true, insecureMxPolicy: 'dane' },
  mtaSts: true,
  mayWaiveTls: true,
  tlsLogLevel: 1,
  passwords: [],
  senderDependentAuthentication: false,
  saslSecurityOptions: ['noplaintext', 'noanonymous'],
  // Postfix takes the ones above, and everybody then writes this.
  saslTlsSecurityOptions: ['noanonymous'],
  clearAfterMs: 300 * SECOND,
  lineLengthLimit: 998,
  leastDataRate: 500,
  sendDummyMailAuth: false,
};

/** Postfix's defaults for LMTP, where they differ: a server of our own, on this machine or near it. */
export const DEFAULT_LMTP_CLIENT: Omit<SmtpClientSettings, 'heloName' | 'ownNames'> = {
  ...DEFAULT_SMTP_CLIENT,
  protocol: 'lmtp',
  tlsLevel: 'none',
  mtaSts: false,
};
