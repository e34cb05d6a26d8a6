// What a rule rests on, whatever the language: the settings that say how it decides, and the sections of RFCs behind it.
// A test holds the names of the settings against those of `valija.toml`.

export interface RuleGrounds {
  readonly settings?: readonly string[];
  readonly references?: readonly string[];
}

const OURS = ['mydestination', 'virtual_mailbox_domains', 'virtual_alias_domains', 'relay_domains'] as const;
const DNS_TRUTH: RuleGrounds = { references: ['RFC 1912 §2.1'] };
const HELO_NAME: RuleGrounds = { references: ['RFC 5321 §4.1.1.1'] };
const FULL_NAME: RuleGrounds = { references: ['RFC 5321 §2.3.5'] };
const MAIL_DOMAIN: RuleGrounds = { references: ['RFC 5321 §5.1', 'RFC 7505 §4'] };
const SENDER_OWNER: RuleGrounds = { references: ['RFC 6409 §6.1'] };
const DNS_LIST: RuleGrounds = { references: ['RFC 5782 §2.1'] };
const DNS_NAME_LIST: RuleGrounds = { references: ['RFC 5782 §3'] };
const BUSY: readonly string[] = ['RFC 5321 §3.8'];

export const RULE_GROUNDS: Readonly<Record<string, RuleGrounds>> = {
  smtpd_milters: { settings: ['smtpd_milters'] },
  non_smtpd_milters: { settings: ['non_smtpd_milters'] },
  milter_header_checks: { settings: ['milter_header_checks'] },
  smtpd_milter_maps: { settings: ['smtpd_milter_maps', 'smtpd_milters'] },
  milter_default_action: { settings: ['milter_default_action', 'smtpd_milters', 'non_smtpd_milters'] },
  permit_auth_destination: { settings: OURS, references: ['RFC 5321 §3.6.2'] },
  permit_mynetworks: { settings: ['mynetworks'], references: ['RFC 5321 §3.6.2'] },
  permit_sasl_authenticated: { references: ['RFC 4954 §4', 'RFC 6409 §4.3'] },
  message_size_limit: { settings: ['message_size_limit'], references: ['RFC 1870 §6.1'] },
  header_size_limit: { settings: ['header_size_limit'], references: ['RFC 5321 §4.5.3.1'] },
  hopcount_limit: { settings: ['hopcount_limit'], references: ['RFC 5321 §6.3'] },
  authentication_required: { references: ['RFC 6409 §4.3'] },
  reject_disabled_submitter: { references: ['RFC 6409 §6.1'] },
  reject_sender_login_mismatch: SENDER_OWNER,
  reject_authenticated_sender_login_mismatch: SENDER_OWNER,
  reject_known_sender_login_mismatch: SENDER_OWNER,
  reject_unauthenticated_sender_login_mismatch: SENDER_OWNER,
  reject_unclear_author: { references: ['RFC 5322 §3.6.2'] },
  reject_author_login_mismatch: { references: ['RFC 6409 §6.1', 'RFC 5322 §3.6.2'] },
  smtpd_recipient_limit: { settings: ['smtpd_recipient_limit'], references: ['RFC 5321 §4.5.3.1.8'] },
  reject_unauth_destination: { settings: [...OURS, 'mynetworks'], references: ['RFC 5321 §3.6.2'] },
  defer_unauth_destination: { settings: [...OURS, 'mynetworks'], references: ['RFC 5321 §3.6.2'] },
  broken_table: { references: ['RFC 3463 §3.4'] },
  error_transport: { settings: ['transport_maps'] },
  reject_unlisted_recipient: {
    settings: ['virtual_mailbox_maps', 'virtual_alias_maps', 'alias_maps', 'relay_recipient_maps'],
    references: ['RFC 5321 §3.3'],
  },
  reject_unlisted_sender: {
    settings: ['virtual_mailbox_maps', 'virtual_alias_maps', 'alias_maps', 'relay_recipient_maps'],
  },
  reject_unverified_recipient: {
    settings: ['relay_recipient_verification', 'relay_recipient_maps', 'unverified_recipient_reject_code'],
    references: ['RFC 5321 §3.3'],
  },
  alias_loop: { settings: ['virtual_alias_maps', 'alias_maps'] },
  virtual_alias_expansion_limit: { settings: ['virtual_alias_expansion_limit', 'virtual_alias_recursion_limit'] },
  quota: { references: ['RFC 3463 §3.3'] },
  temporary_failure: { references: ['RFC 3463 §3.4'] },
  insufficient_storage: { references: ['RFC 3463 §3.4'] },
  smtpd_client_connection_count_limit: {
    settings: ['smtpd_client_connection_count_limit', 'smtpd_client_event_limit_exceptions'],
    references: BUSY,
  },
  smtpd_client_connection_rate_limit: {
    settings: ['smtpd_client_connection_rate_limit', 'smtpd_client_event_limit_exceptions'],
    references: BUSY,
  },
  smtpd_client_message_rate_limit: {
    settings: ['smtpd_client_message_rate_limit', 'smtpd_client_event_limit_exceptions'],
  },
  mail_client_connection_count_limit: {
    settings: ['mail_client_connection_count_limit', 'smtpd_client_event_limit_exceptions'],
  },
  mail_client_connection_rate_limit: {
    settings: ['mail_client_connection_rate_limit', 'smtpd_client_event_limit_exceptions'],
  },
  http_client_connection_count_limit: {
    settings: ['http_client_connection_count_limit', 'smtpd_client_event_limit_exceptions'],
  },
  http_client_connection_rate_limit: {
    settings: ['http_client_connection_rate_limit', 'smtpd_client_event_limit_exceptions'],
  },
  mail_max_userip_connections: { settings: ['mail_max_userip_connections'] },
  service_connection_limit: { settings: ['service_connection_limit'], references: BUSY },
  connection_limit: { settings: ['connection_limit'], references: BUSY },
  postscreen_greet_action: {
    settings: ['postscreen_greet_action', 'postscreen_greet_wait'],
    references: ['RFC 5321 §4.3.1'],
  },
  spf_fail: { settings: ['spf_fail_action'], references: ['RFC 7208 §8.4'] },
  authentication_temporary_error: {
    settings: ['authentication_temporary_error', 'sender_authentication_timeout'],
    references: ['RFC 7208 §8.6'],
  },
  trusted_arc_sealer: { settings: ['trusted_arc_sealers'], references: ['RFC 8617 §7.2'] },
  dmarc_unclear_author: { settings: ['dmarc_policy_enforcement'], references: ['RFC 7489 §6.6.1'] },
  dmarc_reject: { settings: ['dmarc_policy_enforcement', 'trusted_arc_sealers'], references: ['RFC 9989 §5.4'] },
  dmarc_quarantine: { settings: ['dmarc_policy_enforcement', 'trusted_arc_sealers'], references: ['RFC 9989 §5.4'] },
  reject_unauth_pipelining: { references: ['RFC 2920 §3.1'] },
  reject_plaintext_session: { references: ['RFC 3207 §4'] },
  reject_unknown_client_hostname: DNS_TRUTH,
  reject_unknown_reverse_client_hostname: DNS_TRUTH,
  reject_unknown_forward_client_hostname: DNS_TRUTH,
  reject_invalid_helo_hostname: HELO_NAME,
  reject_non_fqdn_helo_hostname: HELO_NAME,
  reject_unknown_helo_hostname: HELO_NAME,
  reject_non_fqdn_sender: FULL_NAME,
  reject_non_fqdn_recipient: FULL_NAME,
  reject_unknown_sender_domain: MAIL_DOMAIN,
  reject_unknown_recipient_domain: MAIL_DOMAIN,
  reject_multi_recipient_bounce: { references: ['RFC 5321 §4.5.5'] },
  reject_rbl_client: DNS_LIST,
  permit_dnswl_client: DNS_LIST,
  reject_rhsbl_client: DNS_NAME_LIST,
  reject_rhsbl_reverse_client: DNS_NAME_LIST,
  reject_rhsbl_helo: DNS_NAME_LIST,
  reject_rhsbl_sender: DNS_NAME_LIST,
  reject_rhsbl_recipient: DNS_NAME_LIST,
  permit_rhswl_client: DNS_NAME_LIST,
  check_policy_service: { settings: ['smtpd_policy_service_default_action'] },
  check_greylist: {
    settings: ['greylist_delay', 'greylist_whitelist_clients', 'greylist_whitelist_recipients'],
    references: ['RFC 6647 §2'],
  },
};
