// Which settings may not change while the server runs: those that the house was built with. They wait for a restart.

import type { Config } from '#platform/config/schema.ts';

const FIXED: readonly (keyof Config)[] = [
  'state_directory',
  'virtual_mailbox_base',
  'mail_owner',
  'recipient_delimiter',
  'system_users',
  'journey_lifetime',
  'journey_size_limit',
  'address_verify_cache_limit',
  'sender_authentication_timeout',
  'dkim_verify_signature_limit',
  'dkim_verify_minimum_key_bits',
  'smtpd_client_event_limit_exceptions',
];

/** The keys that differ and cannot be changed now. */
export function findFixedChanges(before: Config, after: Config): string[] {
  return FIXED.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
}
