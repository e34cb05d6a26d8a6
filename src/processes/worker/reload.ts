// Which settings may change while the server runs. The others are what the house was built with: they wait for a restart.

import type { Config } from '#platform/config/schema.ts';

const CHANGES_WHILE_RUNNING: readonly (keyof Config)[] = [
  'listen',
  'myhostname',
  'message_size_limit',
  'header_size_limit',
  'hopcount_limit',
  'smtpd_recipient_limit',
  'smtpd_hard_error_limit',
  'smtpd_timeout',
  'imap_idle_timeout',
  'pop3_idle_timeout',
  'connection_limit',
  'service_connection_limit',
  'smtpd_client_connection_count_limit',
  'smtpd_client_connection_rate_limit',
  'smtpd_client_message_rate_limit',
  'mail_client_connection_count_limit',
  'mail_client_connection_rate_limit',
  'mail_max_userip_connections',
  'smtpd_tls_cert_file',
  'smtpd_tls_key_file',
  'maillog_file',
  'maillog_format',
  'maillog_level',
];

/** The keys that differ and cannot be changed now. */
export function findFixedChanges(before: Config, after: Config): string[] {
  const keys = Object.keys(after) as (keyof Config)[];
  return keys.filter(
    (key) => !CHANGES_WHILE_RUNNING.includes(key) && JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
}
