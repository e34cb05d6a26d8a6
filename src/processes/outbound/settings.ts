// What valija.toml says, as the queue and the SMTP client want to hear it.

import type { Table } from '#mail/ports/table.ts';
import type { QueueSettings } from '#mail/queue/queue-settings.ts';
import { DEFAULT_QUEUE_SETTINGS } from '#mail/queue/queue-settings.ts';
import type { Config } from '#platform/config/schema.ts';
import { ownNames } from '#platform/routing/server-choice.ts';
import { DEFAULT_LMTP_CLIENT, DEFAULT_SMTP_CLIENT, type SmtpClientSettings } from '#services/outbound/settings.ts';

export function queueSettings(config: Config): QueueSettings {
  return {
    ...DEFAULT_QUEUE_SETTINGS,
    minimalBackoffMs: config.minimal_backoff_time,
    maximalBackoffMs: config.maximal_backoff_time,
    queueRunDelayMs: config.queue_run_delay,
    maximalLifetimeMs: config.maximal_queue_lifetime,
    bounceLifetimeMs: config.bounce_queue_lifetime,
    delayWarningMs: config.delay_warning_time,
    destinationConcurrencyLimit: config.default_destination_concurrency_limit,
    initialDestinationConcurrency: config.initial_destination_concurrency,
    localDestinationConcurrencyLimit: config.local_destination_concurrency_limit,
    failedCohortLimit: config.default_destination_concurrency_failed_cohort_limit,
    destinationRateDelayMs: config.default_destination_rate_delay,
    destinationRecipientLimit: config.default_destination_recipient_limit,
    activeLimit: config.qmgr_message_active_limit,
    doubleBounceRecipient: noticeRecipient(config, '2bounce'),
    bounceNoticeRecipient: noticeRecipient(config, 'bounce'),
    delayNoticeRecipient: noticeRecipient(config, 'delay'),
  };
}

/** A name without a domain is one of `myorigin`, as everywhere. */
function noticeRecipient(config: Config, noticeClass: 'bounce' | '2bounce' | 'delay'): string | undefined {
  if (!config.notify_classes.includes(noticeClass)) return undefined;
  const recipient = config[`${noticeClass}_notice_recipient`];
  return recipient.includes('@') ? recipient : `${recipient}@${config.myorigin}`;
}

export interface ClientTables {
  readonly tlsPolicies: readonly Table[];
  readonly passwords: readonly Table[];
}

export function smtpClientSettings(config: Config, tables: ClientTables): SmtpClientSettings {
  return {
    ...DEFAULT_SMTP_CLIENT,
    ...namesOf(config),
    ...tables,
    timeouts: {
      connectMs: config.smtp_connect_timeout,
      heloMs: config.smtp_helo_timeout,
      startTlsMs: config.smtp_starttls_timeout,
      mailMs: config.smtp_mail_timeout,
      rcptMs: config.smtp_rcpt_timeout,
      dataInitMs: config.smtp_data_init_timeout,
      dataXferMs: config.smtp_data_xfer_timeout,
      dataDoneMs: config.smtp_data_done_timeout,
      rsetMs: config.smtp_rset_timeout,
    },
    cache: {
      ...DEFAULT_SMTP_CLIENT.cache,
      idleMs: config.smtp_connection_cache_time_limit,
      lifetimeMs: config.smtp_connection_reuse_time_limit,
      messages: config.smtp_connection_reuse_count_limit,
    },
    bindAddress: config.smtp_bind_address,
    bindAddress6: config.smtp_bind_address6,
    skip5xxGreeting: config.smtp_skip_5xx_greeting,
    mxSessionLimit: config.smtp_mx_session_limit,
    tlsLevel: config.smtp_tls_security_level,
    dane: {
      isPossible: config.smtp_dns_support_level === 'dnssec' && !config.ignore_mx_lookup_error,
      insecureMxPolicy: config.smtp_tls_dane_insecure_mx_policy,
    },
    mtaSts: config.smtp_mta_sts,
    mayWaiveTls: config.tls_required_enable,
    tlsLogLevel: config.smtp_tls_loglevel,
    senderDependentAuthentication: config.smtp_sender_dependent_authentication,
    saslSecurityOptions: config.smtp_sasl_security_options,
    saslTlsSecurityOptions: config.smtp_sasl_tls_security_options,
    clearAfterMs: config.minimal_backoff_time,
    lineLengthLimit: config.smtp_line_length_limit,
  };
}

/** Servers near us: only the names are ours to say. */
export function lmtpClientSettings(config: Config): SmtpClientSettings {
  return { ...DEFAULT_LMTP_CLIENT, ...namesOf(config) };
}

function namesOf({ smtp_helo_name, myhostname }: Config): Pick<SmtpClientSettings, 'heloName' | 'ownNames'> {
  return { heloName: smtp_helo_name ?? myhostname, ownNames: ownNames({ smtp_helo_name, myhostname }) };
}
